import { jsx as _jsx } from "react/jsx-runtime";
import { createContext, use, useSyncExternalStore } from 'react';
import { tokens } from './brain.ts';
const BrainContext = createContext(undefined);
/** Gives the connection to the server to everything inside. */
export function BrainProvider({ brain, children }) {
    return _jsx(BrainContext, { value: brain, children: children });
}
/**
 * The server, as pages talk to it: `brain.call(endpoints.files)`. Tokens, their renewal and repeated attempts
 * are its own business.
 */
export function useBrain() {
    return use(BrainContext);
}
/** Whether somebody is signed in, in this tab or by another one. */
export function useSignedIn() {
    return useSyncExternalStore(tokens.subscribe, tokens.isSignedIn);
}
