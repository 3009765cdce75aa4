/**
 * The rooms of the project and the direction of their arrows (docs/architecture.md). A room may import from itself and from the rooms that
 * stand before it in its list, never from one behind it.
 */

/** packages/access-model/src, in the order in which data flows. */
const MODEL_ROOMS = [
  'match',
  'manifests',
  'mesh',
  'routing',
  'authn',
  'authz',
  'identity',
  'decide',
  'access',
  'solve',
  'findings',
  'diff',
];

/** plugins/mesh-auth-backend/src, in the order in which an answer comes about. */
const BACKEND_ROOMS = ['sources', 'snapshot', 'service', 'router'];

const escape = text => text.replace(/[/.-]/g, '\\$&');

/** One rule per room: it must not reach into any room behind it. */
function forwardOnly(base, rooms) {
  return rooms.slice(0, -1).map((room, index) => ({
    name: `${base.split('/')[1]}-${room}-points-forward`,
    comment: `${base}/${room} may only use the rooms before it: ${
      rooms.slice(0, index).join(', ') || 'none'
    }.`,
    severity: 'error',
    from: { path: `^${escape(base)}/${room}/`, pathNot: '\\.test\\.tsx?$' },
    to: { path: `^${escape(base)}/(${rooms.slice(index + 1).join('|')})/` },
  }));
}

/** `from` must not import `to`; tests may. */
function forbid(name, comment, from, to) {
  return {
    name,
    comment,
    severity: 'error',
    from: {
      path: from,
      pathNot:
        '(\\.test\\.tsx?$|/__fixtures__/|/__testUtils__/|/testUtils/|/dev/)',
    },
    to,
  };
}

module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      comment:
        'A cycle of imports means that two files are one idea, or that an idea stands in the wrong place.',
      severity: 'error',
      from: { pathNot: '/schema/openapi/generated/' },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    ...forwardOnly('packages/access-model/src', MODEL_ROOMS),
    ...forwardOnly('plugins/mesh-auth-backend/src', BACKEND_ROOMS),
    forbid(
      'declare-stands-beside',
      'Declarations are turned into objects and back; they are evaluated by their callers.',
      '^packages/access-model/src/declare/',
      {
        path: `^packages/access-model/src/(${MODEL_ROOMS.slice(1).join('|')})/`,
      },
    ),
    forbid(
      'model-is-not-built-on-declarations',
      'The model reads manifests, wherever they come from.',
      `^packages/access-model/src/(${MODEL_ROOMS.join('|')})/`,
      {
        path: '^packages/access-model/src/declare/',
      },
    ),
    forbid(
      'model-is-pure',
      'The access model does no I/O and knows no Backstage: it runs in Node and in a browser.',
      '^packages/access-model/src/',
      {
        path: '^(packages/(?!access-model/)|plugins/|lab/|node_modules/@backstage/)',
      },
    ),
    forbid(
      'model-has-no-node',
      'The access model does no I/O and knows no Backstage: it runs in Node and in a browser.',
      '^packages/access-model/src/',
      {
        dependencyTypes: ['core'],
      },
    ),
    forbid(
      'frontend-knows-only-common',
      'The browser speaks to the backend through the generated client.',
      '^plugins/mesh-auth/src/',
      {
        path: '^(packages/(app|backend|cli)/|plugins/(mesh-auth-backend|mesh-auth-node|scaffolder-module-mesh-auth)/|lab/)',
      },
    ),
    forbid(
      'common-is-a-leaf',
      'What both sides share depends on neither of them.',
      '^plugins/mesh-auth-common/src/',
      {
        path: '^(packages/|plugins/(?!mesh-auth-common/)|lab/)',
      },
    ),
    forbid(
      'common-runs-in-browsers',
      'What both sides share runs in a browser.',
      '^plugins/mesh-auth-common/src/',
      { dependencyTypes: ['core'] },
    ),
    forbid(
      'node-knows-no-backend',
      'Extension points do not depend on the plugin that reads them.',
      '^plugins/mesh-auth-node/src/',
      {
        path: '^(packages/(?!access-model/)|plugins/(mesh-auth/|mesh-auth-backend|scaffolder-module-mesh-auth)|lab/)',
      },
    ),
    forbid(
      'backend-stands-alone',
      'The backend is used over its API, by the frontend and by the scaffolder module alike.',
      '^plugins/mesh-auth-backend/src/',
      {
        path: '^(packages/(?!access-model/|keycloak-reader/)|plugins/(mesh-auth/|scaffolder-module-mesh-auth)|lab/)',
      },
    ),
    forbid(
      'scaffolder-module-stands-alone',
      'The scaffolder module asks the backend over its API.',
      '^plugins/scaffolder-module-mesh-auth/src/',
      {
        path: '^(packages/(?!access-model/)|plugins/(mesh-auth/|mesh-auth-backend)|lab/)',
      },
    ),
    forbid(
      'keycloak-reader-reads',
      'The reader of realms fills the model and knows no one who uses it.',
      '^packages/keycloak-reader/src/',
      { path: '^(packages/(?!access-model/|keycloak-reader/)|plugins/|lab/)' },
    ),
    forbid(
      'nothing-ships-the-lab',
      'The lab serves tests and demonstrations.',
      '^(packages|plugins)/[^/]+/src/',
      { path: '^lab/' },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: {
      path: '^((packages|plugins)/[^/]+/(dist|dist-types)/|lab/go/|dist-types/)',
    },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
