/**
 * Typed SQL over better-sqlite3. Kysely types and compiles a statement once, when it is first used; after that a call costs what
 * the bare driver costs. No code awaits a database: Kysely's own driver is never connected.
 */
import type BetterSqlite3 from 'better-sqlite3';
import {
  type Compilable,
  type CompiledQuery,
  DummyDriver,
  type Insertable,
  Kysely,
  type RootOperationNode,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';

export type SqlValue = string | number | null | Uint8Array;

class NoDriver extends DummyDriver {
  override acquireConnection(): never {
    throw new Error('Kysely only compiles here: run statements through a Reader or a Writer');
  }
}

/** A handle that can only read. */
export class Reader {
  protected readonly connection: BetterSqlite3.Database;
  readonly #statements = new Map<string, BetterSqlite3.Statement<SqlValue[]>>();

  constructor(connection: BetterSqlite3.Database) {
    this.connection = connection;
  }

  /** The prepared statement of a text, made once per handle. */
  prepare(text: string): BetterSqlite3.Statement<SqlValue[]> {
    let statement = this.#statements.get(text);
    if (!statement) {
      statement = this.connection.prepare<SqlValue[]>(text);
      this.#statements.set(text, statement);
    }
    return statement;
  }

  /** Rows of a query whose shape depends on its input; fixed queries are `select(...)` statements. */
  all<R>(query: Compilable<R>): R[] {
    const compiled = query.compile();
    return this.prepare(compiled.sql).all(...(compiled.parameters as SqlValue[])) as R[];
  }

  first<R>(query: Compilable<R>): R | undefined {
    const compiled = query.compile();
    return this.prepare(compiled.sql).get(...(compiled.parameters as SqlValue[])) as R | undefined;
  }
}

/** A handle inside the one write transaction. It remembers which tables it changed: they are the command's topics. */
export class Writer extends Reader {
  readonly #touched = new Set<string>();
  readonly #sealed = 'a Reader is not a Writer';

  touch(table: string): void {
    this.#touched.add(table);
  }

  /** Runs a change whose shape depends on its input. Answers the number of changed rows. */
  change(query: Compilable): number {
    const compiled = query.compile();
    const result = this.prepare(compiled.sql).run(...(compiled.parameters as SqlValue[]));
    const table = changedTable(compiled.query);
    if (table !== undefined && result.changes > 0) this.touch(table);
    return result.changes;
  }

  /** The tables changed since the last call; a rolled-back transaction's are dropped by its caller. */
  takeTouched(): string[] {
    void this.#sealed;
    const tables = [...this.#touched];
    this.#touched.clear();
    return tables;
  }
}

/** Stands for a parameter while a statement is compiled. */
class Slot {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

let isFixed = false;

/**
 * Writes the constants of a fixed statement into its text. Bound instead, a constant that decides about a partial index or a LIMIT
 * would make SQLite prepare the statement anew at every call (it plans by the bound value): eight times the cost.
 */
class Compiler extends SqliteQueryCompiler {
  protected override appendValue(value: unknown): void {
    if (isFixed && !(value instanceof Slot)) this.appendImmediateValue(value);
    else super.appendValue(value);
  }
}

function compileFixed<R>(build: () => Compilable<R>): CompiledQuery<R> {
  isFixed = true;
  try {
    return build().compile();
  } finally {
    isFixed = false;
  }
}

const slots = new Proxy({}, { get: (_, property) => new Slot(String(property)) });

interface Prepared {
  text: string;
  table: string | undefined;
  values: readonly Slot[];
}

function prepareText(compiled: CompiledQuery): Prepared {
  return {
    text: compiled.sql,
    table: changedTable(compiled.query),
    values: compiled.parameters as readonly Slot[],
  };
}

function bind(slotsOfText: readonly Slot[], params: Record<string, unknown>): SqlValue[] {
  const bound = new Array<SqlValue>(slotsOfText.length);
  for (let index = 0; index < slotsOfText.length; index += 1) {
    const { name } = slotsOfText[index] as Slot;
    const given = params[name];
    if (given === undefined) throw new Error(`statement parameter "${name}" is missing`);
    bound[index] = given as SqlValue;
  }
  return bound;
}

function changedTable(node: RootOperationNode): string | undefined {
  const named = (table: unknown): string | undefined =>
    (table as { table?: { identifier?: { name?: string } } } | undefined)?.table?.identifier?.name;
  switch (node.kind) {
    case 'InsertQueryNode':
      return named(node.into);
    case 'UpdateQueryNode':
      return named(node.table);
    case 'DeleteQueryNode':
      return named(node.from.froms[0]);
    default:
      return undefined;
  }
}

/** A compiled query. `P` are its parameters, `R` its rows. */
export class Select<P, R> {
  readonly #compile: () => CompiledQuery<R>;
  #prepared: Prepared | undefined;

  constructor(compile: () => CompiledQuery<R>) {
    this.#compile = compile;
  }

  all(reader: Reader, params: P): R[] {
    const { text, values } = (this.#prepared ??= prepareText(this.#compile()));
    return reader.prepare(text).all(...bind(values, params as Record<string, unknown>)) as R[];
  }

  first(reader: Reader, params: P): R | undefined {
    const { text, values } = (this.#prepared ??= prepareText(this.#compile()));
    return reader.prepare(text).get(...bind(values, params as Record<string, unknown>)) as R | undefined;
  }

  /** Exactly one row; its absence is a bug (of a foreign key or of ours). */
  one(reader: Reader, params: P): R {
    const row = this.first(reader, params);
    if (row === undefined) throw new Error(`no row for ${this.#prepared?.text ?? ''}`);
    return row;
  }
}

/** A compiled INSERT, UPDATE or DELETE. */
export class Change<P> {
  readonly #compile: () => CompiledQuery;
  #prepared: Prepared | undefined;

  constructor(compile: () => CompiledQuery) {
    this.#compile = compile;
  }

  /** Answers the number of changed rows: a guard in the WHERE that failed answers 0. */
  run(writer: Writer, params: P): number {
    const { text, values, table } = (this.#prepared ??= prepareText(this.#compile()));
    const { changes } = writer.prepare(text).run(...bind(values, params as Record<string, unknown>));
    if (table !== undefined && changes > 0) writer.touch(table);
    return changes;
  }
}

/**
 * The statement makers of a module, typed by the tables it may see:
 * `const { db, select, change, insert } = sqlFor<InventoryTables & CatalogTables>()`.
 */
export function sqlFor<T>() {
  const db = new Kysely<T>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new NoDriver(),
      createIntrospector: (kysely) => new SqliteIntrospector(kysely),
      createQueryCompiler: () => new Compiler(),
    },
  });
  return {
    /** For queries whose shape depends on their input: build with it, run with `reader.all(...)`. */
    db,
    /** A fixed query: `select((p: { id: string }) => db.selectFrom('product').select(['sku']).where('id', '=', p.id))`. */
    select: <P, R>(build: (params: P) => Compilable<R>) =>
      new Select<P, R>(() => compileFixed(() => build(slots as P))),
    /** A fixed change. */
    change: <P>(build: (params: P) => Compilable) => new Change<P>(() => compileFixed(() => build(slots as P))),
    /** A fixed INSERT of the named columns of one row. */
    insert: <N extends keyof T & string, C extends keyof Insertable<T[N]> & string>(table: N, columns: readonly C[]) =>
      new Change<Pick<Insertable<T[N]>, C>>(() => {
        const row = Object.fromEntries(columns.map((column) => [column, new Slot(column)]));
        return compileFixed(() => db.insertInto(table).values(row as never));
      }),
  };
}
