/** The shapes of tables and their indexes. */
import * as z from 'zod'
import type { KeySchema, Pace, Table } from '../../data-map/data-map.ts'
import type { TableKeys } from '../../data-map/table-keys.ts'
import { attribute, duration, kmsKeyArn, oneOf, region, tableName, text } from './fields.ts'
import { atLeastOne, byName, choose, part } from './parts.ts'

const keySchema: z.ZodType<KeySchema> = byName(oneOf('S', 'N', 'B'), 'key attribute')

const indexes = byName(
  part({
    key: keySchema,
    projection: z.exactOptional(
      z.array(text('the name of an attribute'), {
        error: 'a list of attribute names, or leave it out when the index holds all',
      }),
    ),
  }),
  'index',
)

const PACE = "capacity units a second, such as 300, or 'unlimited'"
const pace: z.ZodType<Pace> = choose<Pace>((value) =>
  typeof value === 'string'
    ? z.literal('unlimited', { error: PACE })
    : z.number({ error: PACE }).positive({ error: PACE }),
)

export const tableSchema: z.ZodType<Table> = part({
  name: tableName,
  key: keySchema,
  indexes: z.exactOptional(indexes),
  backupsKeptFor: z.union([z.literal('unknown'), duration], {
    error: "an ISO 8601 duration such as P35D, or 'unknown', which people are then told",
  }),
  kmsKeyArn: z.exactOptional(kmsKeyArn),
  replicas: z.exactOptional(atLeastOne(region)),
  stream: z.exactOptional(text('a sentence that says who reads it and what they keep')),
  holdAttribute: z.exactOptional(attribute),
  maxWriteUnitsPerSecond: z.exactOptional(pace),
  maxReadUnitsPerSecond: z.exactOptional(pace),
})

/** The part of a table that holdings rely on, whatever else may be wrong with it. */
export const tableKeysSchema: z.ZodType<TableKeys> = z.object({
  key: keySchema,
  indexes: z.exactOptional(indexes),
})
