import { ObjectRef } from '@mesh-auth/plugin-mesh-auth-common';

/** The anchor of an object in the tab. */
export function objectAnchor(ref: ObjectRef): string {
  return [ref.kind, ref.namespace, ref.name].filter(Boolean).join('/');
}

/** The anchor of a role in the tab. */
export function roleAnchor(role: { client?: string; name: string }): string {
  return role.client ? `role/${role.client}/${role.name}` : `role/${role.name}`;
}
