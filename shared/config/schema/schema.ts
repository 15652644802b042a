/** The shape of a configuration. The rules check what its parts mean to each other. */
import * as z from 'zod'
import {
  type DataMap,
  type Identity,
  type KeySchema,
  LOCALES,
  type Pace,
  type Table,
} from '../../data-map/data-map.ts'
import { isColour, isLogo } from '../brand.ts'
import type {
  Deauthorize,
  DeletionConfig,
  EmailRequests,
  MetaApp,
  Organization,
  Recipient,
} from '../define.ts'
import {
  atLeastOne,
  attribute,
  byName,
  checked,
  choose,
  dateFormat,
  duration,
  isObject,
  localized,
  matching,
  oneOf,
  origin,
  part,
  positiveInteger,
  scope,
  tableName,
  text,
  timeZone,
} from './fields.ts'
import { holdingSchema, retentionRuleSchema } from './holdings.ts'

const keySchema: z.ZodType<KeySchema> = byName(oneOf('S', 'N', 'B'), 'key attribute')

const indexes = byName(
  part({
    key: keySchema,
    projection: z.exactOptional(
      z.array(
        text('the name of an attribute'),
        'a list of attribute names, or leave it out when the index holds all',
      ),
    ),
  }),
  'index',
)

const PACE = "capacity units a second, such as 300, or 'unlimited'"
const pace = choose<Pace>((value) =>
  typeof value === 'string' ? z.literal('unlimited', PACE) : z.number(PACE).positive(PACE),
)

const kmsKeyArn = matching(
  // A permission names a key itself: IAM takes no alias for it.
  'the ARN of the key (not of an alias), such as arn:aws:kms:ap-southeast-1:111122223333:key/…',
  /^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key\/[A-Za-z0-9-]+$/,
)

const tableSchema: z.ZodType<Table> = part({
  name: tableName,
  key: keySchema,
  indexes: z.exactOptional(indexes),
  backupsKeptFor: z.union(
    [z.literal('unknown'), duration],
    "an ISO 8601 duration such as P35D, or 'unknown', which people are then told",
  ),
  kmsKeyArn: z.exactOptional(kmsKeyArn),
  replicas: z.exactOptional(
    atLeastOne(matching("a region's name, such as eu-west-1", /^[a-z]{2}(?:-[a-z]+)+-[0-9]+$/)),
  ),
  stream: z.exactOptional(text('a sentence that says who reads it and what they keep')),
  holdAttribute: z.exactOptional(attribute),
  maxWriteUnitsPerSecond: z.exactOptional(pace),
  maxReadUnitsPerSecond: z.exactOptional(pace),
})

const cameBack = part({
  holding: text('the holding whose items say when somebody was last there'),
  from: attribute,
  format: dateFormat,
})

const deauthorize = choose<'ignore' | Deauthorize>((value) =>
  isObject(value)
    ? part({ after: duration, cameBack })
    : z.literal('ignore', "'ignore', or { after: 'P6M', cameBack: { … } }"),
)

const appSchema: z.ZodType<MetaApp> = part({
  appId: matching('the digits of the app id from the App Dashboard, as text', /^[0-9]+$/),
  product: oneOf('facebook', 'instagram', 'threads'),
  identity: text("the identity of the data map that this app's user ids are"),
  scope,
  deauthorize: z.exactOptional(deauthorize),
})

const identitySchema: z.ZodType<Identity> = part({
  of: oneOf('person', 'alias', 'group', 'record'),
  normalise: z.exactOptional(z.literal('email', "'email', or leave it out")),
  never: z.exactOptional(
    z.array(z.string('a text'), "a list of texts that name nobody, such as ['0', 'n/a']"),
  ),
  binary: z.exactOptional(z.literal(true, 'true, or leave it out')),
})

const review = choose<NonNullable<DataMap['review']>>((value) =>
  isObject(value)
    ? part({ above: positiveInteger('a number of items, such as 5000') })
    : z.enum(['never', 'always'], "'never', 'always' or { above: 5000 }"),
)

const SECONDS = 'a whole number of seconds, from 0 to 60'

const dataMapSchema: z.ZodType<DataMap> = part({
  identities: byName(identitySchema, 'identity'),
  tables: byName(tableSchema, 'table'),
  holdings: byName(holdingSchema, 'holding'),
  categories: byName(localized, 'category'),
  reasons: byName(localized, 'reason'),
  waived: z.exactOptional(byName(text('why it holds nothing about people'), 'table')),
  review: z.exactOptional(review),
  maxIdentities: z.exactOptional(positiveInteger('a number of values, such as 1000')),
  retention: z.exactOptional(byName(retentionRuleSchema, 'rule')),
  indexSettleSeconds: z.exactOptional(z.int(SECONDS).min(0, SECONDS).max(60, SECONDS)),
})

const logo = z
  .string('a picture')
  .refine(isLogo, "a PNG, SVG or WebP as 'data:image/…;base64,…', 12,000 characters at most")

const organization: z.ZodType<Organization> = part({
  name: text('the name people know you by'),
  colour: z.exactOptional(z.string('a colour').refine(isColour, "a colour as '#0b5f8a'")),
  logo: z.exactOptional(logo),
  contactEmail: matching('an email address, such as privacy@example.com', /^[^\s@]+@[^\s@]+\.[^\s@.]+$/),
  postalAddress: text('where a letter reaches you'),
  phone: text('a telephone number'),
  privacyPolicyUrl: checked('the full address of a page, such as https://www.example.com/privacy', (value) =>
    /^https?:$/.test(URL.parse(value)?.protocol ?? ''),
  ),
  timeZone,
})

const emailSchema: z.ZodType<EmailRequests> = part({
  address: matching(
    'a mailbox in lower case that you own, such as delete@mail.example.com',
    /^[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?@(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]{2,}$/,
  ),
  identity: text("the identity of the data map that a person's address is"),
  receiving: z.exactOptional(
    part({ receiptRuleSet: z.exactOptional(text('the name of an existing receipt rule set')) }),
  ),
  coolingOff: z.exactOptional(choose((value) => (value === 'none' ? z.literal('none') : duration))),
  confirmWithin: z.exactOptional(duration),
  answersPerDay: z.exactOptional(positiveInteger('a number of mails, such as 1000')),
})

const recipientSchema: z.ZodType<Recipient> = part({
  name: text('the name people know it by'),
  how: text('the manual or function holding that tells it'),
})

export const configSchema: z.ZodType<DeletionConfig> = part({
  organization,
  publicUrl: z.exactOptional(origin),
  locales: atLeastOne(oneOf(...LOCALES)),
  apps: byName(appSchema, 'app'),
  email: z.exactOptional(emailSchema),
  deadlines: atLeastOne(oneOf('vietnam', 'gdpr', 'ccpa')),
  keep: z.exactOptional(part({ requests: z.exactOptional(duration) })),
  reviewOlderThanDays: z.exactOptional(positiveInteger('a number of days, such as 7')),
  recipients: z.exactOptional(
    z.array(recipientSchema, "a list, such as [{ name: 'Parcel Ltd', how: 'parcels' }]"),
  ),
  dataMap: dataMapSchema,
})
