/** Unpacked bytes that a map may have at most, as the readers of bundles hold it. */
const limit = 2 ** 31;

/**
 * Unpacks gzip by the platform's inflater. What it refuses (several members in a row, damage, too much) comes back
 * as it is: the reader of images then unpacks it itself, or says what is wrong.
 */
export async function gunzipped(bytes: Uint8Array): Promise<Uint8Array> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b || typeof DecompressionStream === 'undefined') return bytes;
  const reader = new Blob([bytes as Uint8Array<ArrayBuffer>])
    .stream()
    .pipeThrough(new DecompressionStream('gzip'))
    .getReader();
  const parts: Uint8Array[] = [];
  let length = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      length += value.length;
      if (length > limit) {
        await reader.cancel();
        return bytes;
      }
      parts.push(value);
    }
  } catch {
    return bytes;
  }
  const joined = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
