import type { Scope, User } from '../entities.ts';

/** Who is asking, once `authenticate` has looked. */
export interface Caller {
  readonly user: User;
  /** A signed-in session may do everything its user may; a personal token only what its scopes name. */
  readonly via: 'session' | 'token';
  readonly scopes: readonly Scope[];
}

/**
 * Who may call a route. It stands in the OpenAPI document as `x-access`, and the authorisation tests read it
 * from there: a route without it fails them.
 */
export type Access =
  | { readonly kind: 'public' }
  /** An approved user; with a personal token only one that holds `scope` (undefined: sessions alone). */
  | { readonly kind: 'user'; readonly scope?: Scope }
  | { readonly kind: 'admin' }
  /** A computing unit, by its signature. */
  | { readonly kind: 'unit' }
  /** Whoever holds the link. */
  | { readonly kind: 'link' };

/** What handlers find in their context. */
export interface Env {
  Variables: { requestId: string; caller: Caller };
}
