/** Field names whose values authenticate someone; they have no place in a task. */
const secretName = /token|passw|secret|authori[sz]ation|api.?key|cookie|credential|bearer|^pwd$/i;
const personName = /e.?mail|^user_?name$/i;
const emailInText = /[\p{L}\p{N}._%+-]+@[\p{L}\p{N}-]+(\.[\p{L}\p{N}-]+)+/gu;
const jsonWebToken = /eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g;
/** Presigned addresses carry their permission in the query. */
const signedAddress = /^(https?:\/\/[^?#\s]*)\?\S*$/i;

/**
 * A deep copy without fields named like a token, a password or an e-mail address. File names and
 * addresses stay as they are: the job needs them to find its data.
 */
export function withoutSecretFields<T>(value: T): T {
  return copy(value, (text) => text) as T;
}

/**
 * A deep copy fit to be written into a log, a bundle or an event: without secret fields, without the
 * signature of presigned addresses, and with e-mail addresses and JSON web tokens inside texts
 * replaced by "[removed]".
 */
export function withoutSecrets<T>(value: T): T {
  return copy(value, withoutSecretsInText) as T;
}

/** The same for one text. */
export function withoutSecretsInText(text: string): string {
  return text
    .replace(signedAddress, '$1')
    .replace(jsonWebToken, '[removed]')
    .replace(emailInText, '[removed]');
}

function copy(value: unknown, text: (value: string) => string): unknown {
  if (typeof value === 'string') return text(value);
  if (Array.isArray(value)) return value.map((entry) => copy(entry, text));
  if (typeof value !== 'object' || value === null) return value;
  const result: Record<string, unknown> = {};
  for (const [name, entry] of Object.entries(value)) {
    if (secretName.test(name) || personName.test(name)) continue;
    Object.defineProperty(result, name, {
      value: copy(entry, text),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return result;
}
