import { AccessRow } from '../access';
import { decideWay, Verdict } from '../decide';
import {
  claimsFor,
  effectiveHolders,
  RealmClient,
  RealmGraph,
  RoleRef,
  TokenCaller,
  TokenKind,
  UserNode,
} from '../identity';
import { Mesh } from '../mesh';
import { ClientShape, clientShapes } from './clientShapes';
import { bareAudience, comparedPart } from './comparedPart';
import {
  CallerTokens,
  issuersOf,
  Presentation,
  presentationsOf,
} from './presentations';
import { ReferencedClaims, referencedClaims } from './referencedClaims';
import { complete, rowsOf } from './rows';
import { callersOf, reasonsOf } from './rowWords';
import { WhoCanAnswer, WhoCanHolder, WhoCanRequest } from './types';
import { partitionUsers, UserClass, UserPartition } from './userClasses';
import { Way, waysOf } from './way';

/** Clients that are named for one caller. */
const MAX_THROUGH = 5;

/** Stands for a subject that exists and that nobody names. */
const SOME_SUBJECT = 'some-subject';

interface Candidate {
  node: UserNode;
  through: Set<string>;
}

/** Where tokens of which issuers are shown, and what is looked at. */
interface Question {
  way: Way;
  claims: ReferencedClaims;
  issuers: string[];
  presentation: Presentation;
}

class Solver {
  readonly #unknown = new Set<string>();
  readonly #found = new Map<UserNode, Candidate>();
  readonly #verdicts = new Map<string, Verdict>();

  constructor(
    private readonly mesh: Mesh,
    private readonly graph: RealmGraph,
    private readonly request: Required<WhoCanRequest>,
  ) {}

  run(): WhoCanAnswer {
    const ways = waysOf(this.mesh, this.request);
    if (ways.length === 0) {
      return {
        ...this.#nobody(),
        unknown: [`no gateway serves ${this.request.host}${this.request.path}`],
      };
    }
    let anonymous: WhoCanAnswer['anonymous'] = false;
    for (const way of ways) {
      const verdict = this.#anonymousAt(way);
      if (verdict === 'allow') {
        anonymous = true;
      } else if (verdict === 'unknown' && anonymous === false) {
        anonymous = 'unknown';
      }
      this.#solve(way);
    }
    const rows = rowsOf(this.mesh, ways, this.request);
    const holders = this.#holders(rows);
    this.#noteKnowledge();
    const count = (type: string) =>
      holders.filter(holder => holder.type === type).length;
    return {
      anonymous,
      counts: {
        users: count('user'),
        serviceAccounts: count('service-account'),
      },
      holders,
      callers: callersOf(rows),
      unknown: [...this.#unknown],
      why: reasonsOf(rows),
    };
  }

  #nobody(): WhoCanAnswer {
    return {
      anonymous: false,
      counts: { users: 0, serviceAccounts: 0 },
      holders: [],
      callers: [],
      unknown: [],
      why: [],
    };
  }

  #anonymousAt(way: Way): Verdict {
    const { verdict, unknown } = decideWay(this.mesh, {
      ...way.request,
      token: null,
      // Someone whom the login wall does not know is sent to log in.
      extAuthz: way.provider
        ? { [way.provider.name]: { status: 302 } }
        : undefined,
    });
    unknown.forEach(input => this.#unknown.add(input));
    return verdict;
  }

  #solve(way: Way): void {
    const issuers = issuersOf(this.graph, way.rules);
    if (issuers.length === 0) {
      return;
    }
    const claims = referencedClaims(
      way.policies,
      way.rules.flatMap(({ audiences }) => audiences.map(bareAudience)),
    );
    const presentations = presentationsOf(way, this.request.host);
    const users = partitionUsers(this.graph, claims);
    const people = users.people();
    const shapes = clientShapes(this.graph, claims);
    for (const presentation of presentations) {
      const options = { way, claims, issuers, presentation };
      const taken = this.#solvePeople({ ...options, shapes, people });
      if (presentation.wall) {
        if (!taken) {
          this.#unknown.add(
            `the client of the login wall: no client has the redirect URI https://${this.request.host}/oauth2/callback`,
          );
        }
      } else {
        this.#solveServiceAccounts({ ...options, shapes, users });
      }
    }
  }

  /** Whether any client can present its tokens this way. */
  #solvePeople(
    options: Question & { shapes: ClientShape[]; people: UserClass[] },
  ): boolean {
    const { shapes, people, ...question } = options;
    let taken = false;
    for (const { forPeople } of shapes) {
      const clients = forPeople.filter(question.presentation.takes);
      if (clients.length === 0) {
        continue;
      }
      taken = true;
      for (const { sample, users } of people) {
        const as = { user: sample.user.username };
        if (this.#admits({ ...question, client: clients[0], as })) {
          for (const node of users()) {
            this.#note(node, clients);
          }
        }
      }
    }
    return taken;
  }

  #solveServiceAccounts(
    options: Question & { shapes: ClientShape[]; users: UserPartition },
  ): void {
    const { shapes, users, ...question } = options;
    for (const { accounts } of shapes) {
      for (const { sample, users: alike } of users.of(accounts)) {
        const client = this.#clientOf(sample);
        if (
          client &&
          this.#admits({ ...question, client, as: 'service-account' })
        ) {
          for (const node of alike()) {
            const own = this.#clientOf(node);
            this.#note(node, own ? [own] : []);
          }
        }
      }
    }
  }

  #clientOf({ user }: UserNode): RealmClient | undefined {
    return this.graph.client(user.serviceAccountOf ?? '');
  }

  #note(node: UserNode, clients: RealmClient[]): void {
    const candidate = this.#found.get(node) ?? { node, through: new Set() };
    for (const { clientId } of clients.slice(0, MAX_THROUGH)) {
      candidate.through.add(clientId);
    }
    this.#found.set(node, candidate);
  }

  /** Whether some token of a caller is let in. */
  #admits(
    options: Question & { client: RealmClient; as: TokenCaller },
  ): boolean {
    const { way, claims, issuers, presentation, client, as } = options;
    for (const scope of scopesOf(client)) {
      for (const issuer of issuers) {
        const tokens = this.#tokens({ claims, issuer, client, as, scope });
        if (!tokens) {
          continue;
        }
        for (const choice of presentation.choices) {
          if (
            this.#verdict(way, presentation.apply(choice, tokens)) === 'allow'
          ) {
            return true;
          }
        }
      }
    }
    return false;
  }

  /** The referenced claims of a caller's tokens. */
  #tokens(options: {
    claims: ReferencedClaims;
    issuer: string;
    client: RealmClient;
    as: TokenCaller;
    scope: string;
  }): CallerTokens | undefined {
    const { claims, issuer, client, as, scope } = options;
    const token = (kind: TokenKind): Record<string, unknown> | undefined => {
      const model = claimsFor({
        graph: this.graph,
        client: client.clientId,
        as,
        scope,
        kind,
      });
      if (model.refused !== undefined) {
        return undefined;
      }
      const picked: Record<string, unknown> = { iss: issuer };
      for (const name of claims.names) {
        if (model.claims[name] !== undefined) {
          picked[name] = comparedPart(name, model.claims[name], claims);
        }
      }
      const subject =
        model.claims.sub !== undefined || model.unknown.includes('sub');
      if (subject && !claims.subject) {
        picked.sub = SOME_SUBJECT;
      }
      const open = model.unknown.filter(
        name => claims.names.has(name) && (name !== 'sub' || claims.subject),
      );
      for (const name of open) {
        this.#unknown.add(
          `claim ${name} of a token through client ${client.clientId}`,
        );
      }
      // Taken as absent, unless its presence could be what refuses the token.
      return open.some(name => claims.refusing.has(name)) ? undefined : picked;
    };
    const access = token('access');
    const id = token('id');
    return access && id && { access, id };
  }

  #verdict(way: Way, shown: Partial<Way['request']>): Verdict {
    const key = JSON.stringify([way.request, shown]);
    let verdict = this.#verdicts.get(key);
    if (verdict === undefined) {
      const decision = decideWay(this.mesh, { ...way.request, ...shown });
      verdict = decision.verdict;
      // A request without a route is let pass and answered with 404.
      if (verdict === 'allow' && decision.status === 404) {
        verdict = 'deny';
      }
      if (verdict === 'unknown') {
        decision.unknown.forEach(input => this.#unknown.add(input));
      }
      this.#verdicts.set(key, verdict);
    }
    return verdict;
  }

  #holders(rows: AccessRow[]): WhoCanHolder[] {
    const paths = this.#pathsTo(rows.flatMap(({ roles }) => roles));
    const holders = [...this.#found.values()].map(
      ({ node: { user }, through }): WhoCanHolder => ({
        type: user.serviceAccountOf === undefined ? 'user' : 'service-account',
        name: user.username,
        client: user.serviceAccountOf,
        paths: paths.get(user.username) ?? [],
        through: [...through].sort().slice(0, MAX_THROUGH),
      }),
    );
    return holders.sort(byTypeAndName);
  }

  #pathsTo(
    roles: { client?: string; name: string }[],
  ): Map<string, string[][]> {
    const paths = new Map<string, string[][]>();
    const seen = new Set<string>();
    for (const { client, name } of roles) {
      const ref: RoleRef = client === undefined ? { name } : { client, name };
      const key = JSON.stringify(ref);
      if (seen.has(key)) {
        continue;
      }
      seen.add(key);
      for (const holder of effectiveHolders(this.graph, ref)?.holders ?? []) {
        if (holder.type !== 'group') {
          paths.set(holder.name, [
            ...(paths.get(holder.name) ?? []),
            ...holder.paths,
          ]);
        }
      }
    }
    return paths;
  }

  #noteKnowledge(): void {
    const { knowledge } = this.graph.realm;
    if (knowledge.users !== 'complete') {
      this.#unknown.add(knowledge.reasons.join('; ') || 'users of the realm');
    }
  }
}

/** The usual request, and one for everything that a client may ask for. */
function scopesOf(client: RealmClient): string[] {
  const all = client.optionalClientScopes.filter(
    name => name !== 'offline_access' && name !== 'organization',
  );
  return all.length > 0 ? ['openid', ['openid', ...all].join(' ')] : ['openid'];
}

/** Users before service accounts, each by name. */
function byTypeAndName(a: WhoCanHolder, b: WhoCanHolder): number {
  if (a.type !== b.type) {
    return a.type === 'user' ? -1 : 1;
  }
  return a.name < b.name ? -1 : Number(a.name > b.name);
}

/**
 * Who can send a request: without a token, as a user or service account of a
 * realm by whatever client can mint a token that is let in, or as a workload
 * from inside the mesh.
 *
 * @remarks
 * Every caller is decided by the whole way through gateway and workload, with
 * the claims that Keycloak puts into its tokens. Callers whose tokens agree in
 * all claims that some policy looks at are decided once. Claims that cannot be
 * known never let a caller in, and are named in `unknown`.
 *
 * @public
 */
export function whoCan(options: {
  mesh: Mesh;
  graph: RealmGraph;
  request: WhoCanRequest;
}): WhoCanAnswer {
  const { mesh, graph, request } = options;
  return new Solver(mesh, graph, complete(request)).run();
}
