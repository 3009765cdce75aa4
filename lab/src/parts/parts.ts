import { backstageLogin } from './backstageLogin';
import { etcd } from './etcd';
import { gateway } from './gateway';
import { istiod } from './istiod';
import { keycloak } from './keycloak';
import { keycloakOperator } from './keycloakOperator';
import { kubernetes } from './kubernetes';
import { node } from './node';
import { oauth2Proxy } from './oauth2Proxy';
import { Part } from './Part';
import { postgresql } from './postgresql';
import { redis } from './redis';
import { sealedSecrets } from './sealedSecrets';
import { sync } from './sync';
import { world } from './world';

/** All parts, needs before those who need them. @internal */
export const parts: readonly Part[] = [
  postgresql,
  redis,
  etcd,
  keycloak,
  kubernetes,
  world,
  istiod,
  gateway,
  node,
  oauth2Proxy,
  backstageLogin,
  keycloakOperator,
  sealedSecrets,
  sync,
];

/** Finds a part by its name. @internal */
export function partNamed(name: string): Part {
  const found = parts.find(part => part.name === name);
  if (!found) {
    throw new Error(
      `No part named ${name}; there are ${parts
        .map(part => part.name)
        .join(', ')}`,
    );
  }
  return found;
}

/** The named parts (all, when none is named) with everything that they need, in order. @internal */
export function partsWithNeeds(names: readonly string[]): Part[] {
  const wanted = new Set<string>();
  const add = (part: Part) => {
    if (!wanted.has(part.name)) {
      wanted.add(part.name);
      part.needs.map(partNamed).forEach(add);
    }
  };
  (names.length ? names.map(partNamed) : parts).forEach(add);
  return parts.filter(part => wanted.has(part.name));
}
