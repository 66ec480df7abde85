// Who may import whom (ARCHITECTURE.md). A lower module knows nothing of a higher one; another module is entered through its index.ts.
const LAYERS = [
  'auth',
  'devices',
  'people',
  'catalog',
  'inventory',
  'shifts',
  'orders',
  'receipts',
  'purchasing',
  'metrics',
  'forecast',
  'notifications',
  'sync',
  'assistant',
];

/** Packages that one file alone knows: whoever wants to replace one looks there. */
const SINGLE_IMPORTERS = {
  'better-sqlite3': 'core/engine/(database|sql)\\.ts',
  'node-schedule': 'core/engine/jobRunner\\.ts',
  argon2: 'core/auth/password\\.ts',
  pino: 'core/engine/log\\.ts',
  'pino-roll': 'core/engine/log\\.ts',
  uuid: 'core/engine/system\\.ts',
  '@point-of-sale/receipt-printer-encoder': 'core/receipts/escpos\\.ts',
  ollama: 'core/assistant/ollama\\.ts',
  pg: 'core/sync/postgres\\.ts',
  '@peculiar/x509': 'server/certificates\\.ts',
};

const TESTS = '(\\.test\\.tsx?$|^tests/)';

const upwards = LAYERS.slice(0, -1).map((name, index) => ({
  name: `${name}-knows-nothing-higher`,
  severity: 'error',
  from: { path: `^core/${name}/`, pathNot: TESTS },
  to: { path: `^core/(${LAYERS.slice(index + 1).join('|')})/` },
}));

const singleImporters = Object.entries(SINGLE_IMPORTERS).map(([name, file]) => ({
  name: `one-file-knows-${name.replace(/\W+/g, '-')}`,
  severity: 'error',
  from: { pathNot: `^${file}$|${TESTS}` },
  to: { path: `node_modules/${name}/` },
}));

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-circle',
      severity: 'error',
      from: { pathNot: TESTS },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-unresolved',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^(virtual:|electron$)' },
    },
    {
      name: 'shared-stands-alone',
      severity: 'error',
      from: { path: '^core/shared/', pathNot: TESTS },
      to: { path: '^(core/(?!shared/)|server|electron|renderer|scripts|tests)', pathNot: '^core/shared/' },
    },
    {
      name: 'engine-knows-shared-alone',
      severity: 'error',
      from: { path: '^core/engine/', pathNot: TESTS },
      to: { path: '^(core|server|electron|renderer|scripts|tests)/', pathNot: '^core/(shared|engine)/' },
    },
    ...upwards,
    {
      name: 'through-the-index',
      comment: 'Another module is entered through its index.ts, or its contract.ts where the browser comes along.',
      severity: 'error',
      from: { path: '^core/([^/]+)/', pathNot: TESTS },
      to: { path: '^core/([^/]+)/', pathNot: '^core/$1/|^core/(shared|engine)/|/(index|contract)\\.ts$' },
    },
    {
      name: 'contract-is-browser-safe',
      severity: 'error',
      from: { path: '^core/(contract|[^/]+/contract)\\.ts$' },
      to: { pathNot: '^core/shared/|^core/[^/]+/contract\\.ts$|node_modules/zod/' },
    },
    {
      name: 'renderer-knows-the-contract-alone',
      severity: 'error',
      from: { path: '^renderer/', pathNot: TESTS },
      to: {
        path: '^(core|server|electron|scripts|tests)/',
        pathNot: '^core/(contract\\.ts$|[^/]+/contract\\.ts$|shared/)',
      },
    },
    {
      name: 'core-knows-no-host',
      severity: 'error',
      from: { path: '^core/', pathNot: TESTS },
      to: { path: '^(server|electron|renderer|scripts|tests)/' },
    },
    {
      name: 'hosts-enter-by-the-front-door',
      severity: 'error',
      from: { path: '^(server|electron)/', pathNot: TESTS },
      to: { path: '^core/', pathNot: '^core/(app|shop|contract)\\.ts$|^core/(shared|engine)/' },
    },
    { name: 'hosts-are-two', severity: 'error', from: { path: '^server/' }, to: { path: '^electron/' } },
    {
      name: 'hosts-are-two-the-other-way',
      comment: 'But for the entrance of the LAN: the machine with the window is the one that further tills reach.',
      severity: 'error',
      from: { path: '^electron/', pathNot: TESTS },
      to: { path: '^server/', pathNot: '^server/lan\\.ts$' },
    },
    {
      name: 'electron-stays-in-its-folder',
      severity: 'error',
      from: { pathNot: `^electron/|^scripts/|${TESTS}` },
      to: { path: '(^|node_modules/)electron(/|$)', pathNot: '^electron/' },
    },
    ...singleImporters,
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|data|docs|\\.cache)/' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.js', '.json'],
    },
  },
};
