/** Least to most powerful. */
export const ROLES = ["viewer", "operator", "admin"] as const;
export type Role = (typeof ROLES)[number];

/** Who acts. `system` is Keygauge itself (bootstrap, worker, CLI). */
export interface Actor {
  kind: "user" | "token" | "system";
  id: string;
  name: string;
  role: Role;
}

export const SYSTEM: Actor = { kind: "system", id: "system", name: "Keygauge", role: "admin" };

/** True when `actor` has at least the rights of `role`. */
export const hasRole = (actor: Actor, role: Role): boolean =>
  ROLES.indexOf(actor.role) >= ROLES.indexOf(role);
