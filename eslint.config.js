// Strict, typed rules; what is switched off is switched off for a reason that stands beside it.
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** What makes a run depend on when and where it happened; core gets clock, ids and randomness handed in. */
const UNREPEATABLE = [
  {
    selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']",
    message: 'Use the clock that is passed in.',
  },
  { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: 'Use the clock that is passed in.' },
  {
    selector: "CallExpression[callee.object.name='Math'][callee.property.name='random']",
    message: 'Use the random that is passed in.',
  },
  { selector: "CallExpression[callee.property.name='randomUUID']", message: 'Use the ids that are passed in.' },
  { selector: "CallExpression[callee.name='randomUUID']", message: 'Use the ids that are passed in.' },
];

export default defineConfig(
  { ignores: ['dist/', 'data/', 'coverage/', '.cache/', 'node_modules/', 'docs/', '**/*.d.ts', '*.cjs', '*.js'] },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      eqeqeq: ['error', 'always'],
      'no-console': 'off',
      // Short arrow functions that only call something read well: `() => void save()` needs no braces.
      '@typescript-eslint/no-confusing-void-expression': 'off',
      // Numbers are everywhere in a shop, and a number in a template has one meaning.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      // Handlers and Promise interfaces are async by their type, whether or not they wait today.
      '@typescript-eslint/require-await': 'off',
      // Empty functions stand for "do nothing" in defaults and listeners.
      '@typescript-eslint/no-empty-function': 'off',
      // Our type parameters often carry a schema into a signature once.
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      // Spreading a string gives its code points, which is what barcodes, RUTs and folded text are made of.
      '@typescript-eslint/no-misused-spread': 'off',
      // `void parameter` says that it is not used on purpose.
      '@typescript-eslint/no-meaningless-void-operator': 'off',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
    },
  },
  {
    files: ['core/**/*.ts'],
    ignores: ['core/engine/system.ts', 'core/**/*.test.ts'],
    rules: { 'no-restricted-syntax': ['error', ...UNREPEATABLE], 'no-console': 'error' },
  },
  {
    // Matrices and daily arrays are indexed by loops over their own length; a check at every step would say nothing.
    files: ['core/forecast/**/*.ts'],
    rules: { '@typescript-eslint/no-non-null-assertion': 'off' },
  },
  {
    files: ['**/*.test.{ts,tsx}', 'tests/**/*.ts'],
    rules: {
      // Tests look into things that have no type: rows of ad-hoc SQL, bodies of answers.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/restrict-plus-operands': 'off',
    },
  },
);
