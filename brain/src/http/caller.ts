import type { Scope, User } from '../entities.ts';

/** Who is asking, once `authenticate` has looked. */
export interface Caller {
  readonly user: User;
  /** A signed-in session may do everything its user may; a personal token only what its scopes name. */
  readonly via: 'session' | 'token';
  readonly scopes: readonly Scope[];
  /** Of a signed-in session. */
  readonly sessionId?: string;
}

/**
 * Who may call a route. It stands in the OpenAPI document as `x-access`, and the authorisation tests read it
 * from there: a route without it fails them.
 */
export type Access =
  | { readonly kind: 'public' }
  /** An approved user; with a personal token only one that holds `scope` (undefined: sessions alone). */
  | { readonly kind: 'user'; readonly scope?: Scope | 'any' }
  | { readonly kind: 'admin' }
  /** A computing unit, by its signature: the route itself verifies it, as the key depends on the unit. */
  | { readonly kind: 'unit' }
  /** Whoever holds the link: the route itself verifies it. */
  | { readonly kind: 'link' };

/** Finds out who is asking by the Authorization header. @throws MRO_BRAIN_SIGN_IN */
export type Authenticate = (authorization: string | undefined) => Promise<Caller>;

/** What handlers find in their context. `caller` is there on routes for users and administrators. */
export interface Env {
  Variables: {
    requestId: string;
    caller: Caller;
    authenticate: Authenticate;
    access?: Access;
    /** Where the request comes from, for limits. */
    address: string;
  };
}
