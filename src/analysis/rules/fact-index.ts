/** The facts of a report's rows as small numbers, prepared once for all of its scenarios. Pure. */
import { COMPARISONS, FACTS, type Fact, type FactValue, type RowFacts } from './facts.ts';
import { subjectKey, type Rule } from './rule.ts';

/** The part of a row that a column is about. */
interface Subject {
  readonly fact: Fact;
  /** Undefined where the family alone counts. */
  readonly level: number | undefined;
  /** Undefined over all families. */
  readonly family: string | undefined;
  readonly packager: string | undefined;
}

/** What a column is about, whichever rows it has. */
export interface ColumnSubject extends Subject {
  readonly isOrdered: boolean;
  /** The same text for columns about the same versions, at whichever level. */
  readonly subject: string;
}

/** One fact at one level, of one family or over all of them: the rank of each row's version. */
export interface FactColumn extends ColumnSubject {
  /** The versions in ascending order. */
  readonly values: readonly string[];
  /** By row; -1 if the row is of another family or has no such fact. */
  readonly ranks: Int32Array;
  /** By row; 1 if it was not measured what the row has of this. */
  readonly unknown: Uint8Array;
}

export class FactIndex {
  /** Of each fact, from coarse to fine as far as rows go: of each family, and over all of them last. */
  readonly columns: ReadonlyMap<Fact, readonly FactColumn[]>;
  /** A cache of rules by their input, because scenarios often fail in the same rows. */
  readonly rules = new Map<string, readonly Rule[]>();
  readonly #rows: readonly RowFacts[];
  readonly #places: ReadonlyMap<RowFacts, number>;
  readonly #classes = new Map<string, Int32Array>();

  constructor(rows: Iterable<RowFacts>) {
    this.#rows = [...new Set(rows)];
    this.#places = new Map(this.#rows.map((facts, row) => [facts, row]));
    this.columns = new Map(FACTS.map((fact) => [fact, this.#columnsOf(fact)]));
  }

  /** The number of a row that the index was made with, from 0. */
  rowOf(facts: RowFacts): number {
    const row = this.#places.get(facts);
    if (row === undefined) throw new Error('a row that is not in the index');
    return row;
  }

  /** By row, the same number for those that have the same of all these facts. */
  classesBy(facts: readonly Fact[]): Int32Array {
    const key = facts.join();
    const known = this.#classes.get(key);
    if (known) return known;
    let classes = new Int32Array(this.#rows.length);
    for (const fact of facts) {
      const finer = new Map<string, number>();
      classes = classes.map((coarse, row) => {
        const own = `${coarse} ${JSON.stringify(this.#rows[row]?.[fact] ?? null)}`;
        const number = finer.get(own) ?? finer.size;
        finer.set(own, number);
        return number;
      });
    }
    this.#classes.set(key, classes);
    return classes;
  }

  #columnsOf(fact: Fact): FactColumn[] {
    const builders = new Map<string, Subject>();
    for (const row of this.#rows) {
      const value = row[fact];
      if (!value) continue;
      for (const level of [undefined, ...value.levels.keys()]) {
        const packager = level === undefined || level === 0 ? undefined : value.packager;
        const key = `${value.family}\n${level ?? ''}\n${packager ?? ''}`;
        if (!builders.has(key)) builders.set(key, { fact, family: value.family, level, packager });
      }
    }
    const columns = [...builders.values()];
    if (COMPARISONS[fact].acrossFamilies) {
      columns.push({ fact, family: undefined, level: 0, packager: undefined });
    }
    return columns.map((about) => this.#column(about));
  }

  #column(about: Subject): FactColumn {
    const versions = this.#rows.map((row) => versionOf(row[about.fact], about));
    const values = [...new Set(versions.filter((version) => version !== undefined))];
    values.sort(COMPARISONS[about.fact].compare);
    const places = new Map<string | undefined, number>(values.map((value, rank) => [value, rank]));
    const ranks = Int32Array.from(versions, (version) => places.get(version) ?? -1);
    const unknown = Uint8Array.from(this.#rows, (row) => Number(isUnknown(row[about.fact], about)));
    const { ordered: isOrdered } = COMPARISONS[about.fact];
    return { ...about, isOrdered, subject: subjectKey(about), values, ranks, unknown };
  }
}

function versionOf(
  value: FactValue | undefined,
  { family, level, packager }: Subject,
): string | undefined {
  if (!value || (family !== undefined && family !== value.family)) return undefined;
  if (level === undefined) return value.family;
  if (level > 0 && packager !== value.packager) return undefined;
  return value.levels[level];
}

function isUnknown(value: FactValue | undefined, { family, level }: Subject): boolean {
  if (!value) return true;
  return level !== undefined && value.family === family && value.levels[level] === undefined;
}
