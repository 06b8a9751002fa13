/** Cold. INFO's sections about the data: keys by database, and how long their values are. */
import type { Database } from '../../keyspace/database.ts';
import type { Keyspace } from '../../keyspace/keyspace.ts';
import type { Field, Section } from './fields.ts';
import { KeySizeSurvey, type SizeCounts } from './key-size-survey.ts';

export const keyspaceSection: Section = {
  title: 'Keyspace',
  shown: 'default',
  fields({ keyspace }) {
    return keyspace.databases
      .filter((database) => database.size > 0)
      .map(({ index, size, expiring, averageTtl, withExpiringElements }) => [
        `db${index}`,
        `keys=${size},expires=${expiring.count},avg_ttl=${Math.round(averageTtl)},subexpiry=${withExpiringElements.count}`,
      ]);
  },
};

export const keySizesSection: Section = {
  title: 'Keysizes',
  shown: 'default',
  fields({ keyspace, keySizes }) {
    return keyspace.databases
      .filter((database) => database.size > 0)
      .flatMap((database) => distribution(database, keySizes.of(database).ask(keyspace.now)));
  },
};

/** The surveys of all databases that somebody has asked about. */
export class KeySizes {
  #surveys = new Map<Database, KeySizeSurvey>();

  of(database: Database): KeySizeSurvey {
    let survey = this.#surveys.get(database);
    if (survey === undefined) {
      survey = new KeySizeSurvey(database);
      this.#surveys.set(database, survey);
    }
    return survey;
  }

  tick(keyspace: Keyspace): void {
    for (const survey of this.#surveys.values()) survey.tick(keyspace.now);
  }
}

function distribution(database: Database, counts: SizeCounts): Field[] {
  const parts: string[] = [];
  for (const [slot, count] of counts.entries()) if (count > 0) parts.push(`${sizeLabel(slot)}=${count}`);
  return parts.length === 0 ? [] : [[`db${database.index}_distrib_strings_sizes`, parts.join(',')]];
}

/** The least size in a slot: "0", "1", "2", "4" ... "512", "1K" ... "1M". */
function sizeLabel(slot: number): string {
  if (slot === 0) return '0';
  const exponent = slot - 1;
  return `${2 ** (exponent % 10)}${['', 'K', 'M', 'G'][Math.floor(exponent / 10)]}`;
}
