/** The address where it is a path of this server, else the first page: nobody is sent elsewhere by a link. */
export const pathOnly = (address: string): string => (/^\/(?![/\\])/.test(address) ? address : '/');
