/** The shapes of a configuration. What its parts mean to each other is the rules' business. */
import { z } from 'zod'
import type {
  Action,
  DataMap,
  Find,
  Holding,
  Identity,
  KeySchema,
  Localized,
  Redaction,
  Retain,
  SortCondition,
  Table,
} from './data-map.ts'
import type { DeletionConfig, MetaApp, Organization } from './define.ts'
import {
  appId,
  atLeastOne,
  byName,
  choose,
  duration,
  email,
  has,
  isObject,
  kmsKeyArn,
  notYet,
  oneOf,
  origin,
  part,
  positiveInteger,
  tableName,
  text,
  timeZone,
  webPage,
} from './schema-fields.ts'

const scope = oneOf('platform', 'account')
const attribute = text('the name of an attribute of the item')
const template = text("a template such as 'USER#{userId}'")

export const appSchema: z.ZodType<MetaApp> = part({
  appId,
  product: oneOf('facebook', 'instagram', 'threads'),
  identity: text("the identity of the data map that this app's user ids are"),
  scope,
})

export const identitySchema: z.ZodType<Identity> = part({
  of: oneOf('person', 'alias', 'group', 'record'),
  normalise: z.exactOptional(z.literal('email', { error: "'email', or leave it out" })),
  never: z.exactOptional(
    z.array(z.string({ error: 'a text' }), { error: "a list of texts that name nobody, such as ['', '0']" }),
  ),
})

const keySchema: z.ZodType<KeySchema> = byName(oneOf('S', 'N', 'B'), 'key attribute')

const indexes = byName(
  part({
    key: keySchema,
    projection: z.exactOptional(
      z.array(attribute, { error: 'a list of attribute names, or leave it out when the index holds all' }),
    ),
  }),
  'index',
)

export const tableSchema: z.ZodType<Table> = part({
  name: tableName,
  key: keySchema,
  indexes: z.exactOptional(indexes),
  backupsKeptFor: z.union([z.literal('unknown'), duration], {
    error: "an ISO 8601 duration such as P35D, or 'unknown', which people are then told",
  }),
  kmsKeyArn: z.exactOptional(kmsKeyArn),
})

/** The part of a table that holdings rely on, whatever else may be wrong with it. */
export const tableKeysSchema: z.ZodType<TableKeys> = z.object({
  key: keySchema,
  indexes: z.exactOptional(indexes),
})

export type TableKeys = Pick<Table, 'key' | 'indexes'>

const sortCondition: z.ZodType<SortCondition> = choose<SortCondition>((value) =>
  isObject(value) ? part({ beginsWith: template }) : template,
)

const findByKey = z
  .object(
    { index: z.exactOptional(text('the name of one of the indexes')) },
    { error: 'an object of key attributes' },
  )
  .catchall(sortCondition)

const find: z.ZodType<Find> = choose<Find>((value) =>
  has(value, 'scan') && isObject(value['scan']) ? notYet<Find>('scan') : findByKey,
)

const redaction: z.ZodType<Redaction> = byName(
  choose<Redaction[string]>((value) =>
    isObject(value)
      ? part({ constant: z.string({ error: 'the text to put in its place' }) })
      : z.literal('remove', { error: "'remove', or { constant: '…' } to put a text in its place" }),
  ),
  'attribute',
)

const retain: z.ZodType<Retain> = part({
  because: text('a word of reasons'),
  until: part({ from: attribute, format: oneOf('iso', 'epochSeconds', 'epochMillis'), for: duration }),
  ends: z.discriminatedUnion(
    'by',
    [
      part({ by: z.literal('ttl'), attribute }),
      part({ by: z.literal('owner'), owner: text('who ends it, such as the address of the accountants') }),
    ],
    { error: "{ by: 'ttl', attribute: '…' } or { by: 'owner', owner: '…' }" },
  ),
})

const action: z.ZodType<Action> = choose<Action>((value) => {
  if (has(value, 'redact')) return part({ redact: redaction })
  if (has(value, 'retain')) return part({ retain })
  if (has(value, 'leave')) return part({ leave: text('a sentence that says why it may stay') })
  return z.literal('erase', { error: "'erase', { redact: … }, { retain: … } or { leave: '…' }" })
})

const dynamoHolding: z.ZodType<Holding> = part({
  table: text('a name of tables'),
  find,
  per: z.exactOptional(text('the name of another holding')),
  after: z.exactOptional(
    z.array(text('the name of another holding'), { error: 'a list of holdings to be emptied first' }),
  ),
  last: z.exactOptional(z.literal(true, { error: 'true, or leave it out' })),
  owner: z.exactOptional(byName(template, 'attribute')),
  learns: z.exactOptional(byName(attribute, 'identity')),
  action,
  category: text('a word of categories'),
  scope,
})

export const holdingSchema: z.ZodType<Holding> = choose<Holding>((value) => {
  const later = ['function', 'manual', 'scan'].find((field) => has(value, field))
  return later === undefined ? dynamoHolding : notYet<Holding>(later)
})

const localized: z.ZodType<Localized> = part({
  vi: text('the text in Vietnamese'),
  en: text('the text in English'),
})

const dataMapSchema: z.ZodType<DataMap> = part({
  identities: byName(identitySchema, 'identity'),
  tables: byName(tableSchema, 'table'),
  holdings: byName(holdingSchema, 'holding'),
  categories: byName(localized, 'category'),
  reasons: byName(localized, 'reason'),
  waived: z.exactOptional(byName(text('why it holds nothing about people'), 'table')),
  review: z.exactOptional(part({ above: positiveInteger('a number of items, such as 5000') })),
  maxIdentities: z.exactOptional(positiveInteger('a number of values, such as 1000')),
})

const organization: z.ZodType<Organization> = part({
  name: text('the name people know you by'),
  contactEmail: email,
  postalAddress: text('where a letter reaches you'),
  phone: text('a telephone number'),
  privacyPolicyUrl: webPage,
  timeZone,
})

export const configSchema: z.ZodType<DeletionConfig> = part({
  organization,
  publicUrl: z.exactOptional(origin),
  locales: atLeastOne(oneOf('vi', 'en')),
  apps: byName(appSchema, 'app'),
  deadlines: atLeastOne(oneOf('vietnam', 'gdpr', 'ccpa')),
  keep: z.exactOptional(part({ requests: z.exactOptional(duration) })),
  reviewOlderThanDays: z.exactOptional(positiveInteger('a number of days, such as 7')),
  dataMap: dataMapSchema,
})
