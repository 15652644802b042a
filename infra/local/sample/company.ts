/** Whether the sample's people fit into the tables that are configured. */

import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { DeletionConfig } from '../../../shared/config/define.ts'
import type { Person } from '../http/local-routes.ts'

export interface Sample {
  seed(client: DynamoDBClient, tables: Readonly<Record<string, string>>): Promise<unknown>
  readonly people: readonly Person[]
}

/** Undefined when the configuration is no longer the sample company's. */
export async function sampleFor({ apps, dataMap }: DeletionConfig): Promise<Sample | undefined> {
  const { SAMPLE_TABLE_NAMES, samplePeople, seedSample } = await import('./sample.ts')
  const fits = Object.entries(SAMPLE_TABLE_NAMES).every(([key, name]) => dataMap.tables[key]?.name === name)
  return fits
    ? { seed: seedSample, people: samplePeople().filter(({ app }) => Object.hasOwn(apps, app)) }
    : undefined
}
