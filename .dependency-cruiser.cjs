// The import directions of ARCHITECTURE.md, enforced. Each folder may use only what stands below it.
const ours = [
  'protocol',
  'contracts',
  'devnet',
  'chainhooks',
  'indexer',
  'p2p-relay',
  'agents',
  'dapp',
  'deployments',
  'e2e',
  'bench',
];
const may = {
  protocol: [],
  contracts: ['protocol'],
  devnet: ['protocol', 'contracts'],
  chainhooks: ['protocol', 'contracts'],
  indexer: ['protocol', 'contracts', 'chainhooks'],
  'p2p-relay': ['protocol', 'contracts'],
  agents: ['protocol', 'contracts', 'p2p-relay'],
  dapp: ['protocol', 'contracts', 'p2p-relay'],
};
const TEST = '(\\.test\\.ts$|/tests?/|/test-)';
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    ...Object.entries(may).map(([from, allowed]) => ({
      name: `${from}-imports`,
      comment: `${from} may import ${allowed.join(', ') || 'nothing of ours'}`,
      severity: 'error',
      from: { path: `^${from}/`, pathNot: TEST },
      to: { path: `^(${ours.filter((name) => name !== from && !allowed.includes(name)).join('|')})/` },
    })),
    {
      name: 'browser-safe',
      comment: 'protocol, the bindings and the dApp run in a browser',
      severity: 'error',
      from: {
        path: '^(protocol/src|contracts/src|dapp/src|p2p-relay/src/client)',
        pathNot: `(${TEST}|contracts/src/sources\\.ts)`,
      },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'no-deep-imports',
      comment: "another package's insides are reached through its exports only",
      severity: 'error',
      from: { path: '^([^/]+)/', pathNot: '^(scripts|bench|e2e)/' },
      to: { path: '^[^/]+/', pathNot: ['^$1/', '^node_modules/'], dependencyTypes: ['local'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(\\.svelte-kit|dapp/build)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['svelte', 'import', 'node', 'default', 'types'],
    },
  },
};
