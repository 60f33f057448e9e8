/**
 * Content-Disposition for a name in any script (RFC 6266, 5987): an ASCII form for old programs and the true one
 * beside it. Folders and control characters are left out, so that nothing is saved elsewhere than asked.
 */
export function attachment(filename: string): string {
  const name =
    filename
      .normalize('NFC')
      .replaceAll(/[\p{Cc}\p{Cf}]/gu, '')
      .replaceAll(/[/\\]/g, '_')
      .toWellFormed()
      .slice(0, 200) || 'download';
  const plain = name.replaceAll(/[^\x20-\x7e]|["%]/g, '_');
  const full = encodeURIComponent(name.toWellFormed()).replaceAll(
    /['()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${full}`;
}

const types: Readonly<Record<string, string>> = {
  json: 'application/json',
  zip: 'application/zip',
  gz: 'application/gzip',
  png: 'image/png',
};

/** Media type by the ending; what a browser could run is never named. */
export const contentType = (filename: string): string =>
  types[filename.slice(filename.lastIndexOf('.') + 1).toLowerCase()] ?? 'application/octet-stream';
