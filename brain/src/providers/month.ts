/** The calendar month (UTC) of a time in ISO 8601: "2026-03". */
export const monthOf = (at: string): string => at.slice(0, 7);
