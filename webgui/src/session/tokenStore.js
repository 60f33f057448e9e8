import { z } from 'zod';
const tokensSchema = z.object({ access: z.string(), refresh: z.string(), expiresAt: z.number() });
const key = 'mroptimum-session';
/**
 * Tokens of this browser: a reload and every tab share them. A refresh token works once, so tabs take turns
 * by a lock of the browser; the one that waited finds the new tokens and uses them.
 */
export function browserTokens(storage = localStorage) {
    const listeners = new Set();
    const tell = () => {
        for (const listener of listeners)
            listener();
    };
    window.addEventListener('storage', (event) => {
        if (event.key === key || event.key === null)
            tell();
    });
    const read = () => {
        const text = storage.getItem(key);
        if (text === null)
            return undefined;
        try {
            return tokensSchema.safeParse(JSON.parse(text)).data;
        }
        catch {
            return undefined;
        }
    };
    return {
        load: async () => read(),
        async save(tokens) {
            const before = read() !== undefined;
            if (tokens === undefined)
                storage.removeItem(key);
            else
                storage.setItem(key, JSON.stringify(tokens));
            if (before !== (tokens !== undefined))
                tell();
        },
        alone: inTurn,
        isSignedIn: () => read() !== undefined,
        subscribe(changed) {
            listeners.add(changed);
            return () => listeners.delete(changed);
        },
    };
}
let last = Promise.resolve();
/** Browsers give locks to pages of a secure origin alone; elsewhere only the requests of one tab take turns. */
function inTurn(work) {
    if (navigator.locks !== undefined)
        return navigator.locks.request(key, work);
    const result = last.then(work);
    last = result.catch(() => { });
    return result;
}
