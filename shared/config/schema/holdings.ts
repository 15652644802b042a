/** The shapes of holdings (where they find items, and what they do with them) and of retention rules. */
import * as z from 'zod'
import type {
  Action,
  Constant,
  Find,
  FunctionHolding,
  Holding,
  ItemCondition,
  ManualHolding,
  Redaction,
  SortCondition,
  TableHolding,
} from '../../data-map/data-map.ts'
import type { Retain, RetentionRule } from '../../data-map/retention.ts'
import {
  atLeastOne,
  attribute,
  attributePath,
  byName,
  checked,
  choose,
  dateFormat,
  duration,
  isObject,
  localized,
  matching,
  part,
  positiveInteger,
  scope,
  text,
} from './fields.ts'

const has = (value: unknown, field: string): boolean => isObject(value) && field in value

const template = text("a template such as 'USER#{userId}'")

const sortCondition = choose<SortCondition>((value) => {
  if (!isObject(value)) return template
  if (has(value, 'between')) {
    const ends = z.tuple([template, template], "both ends, such as ['ORDER#2020-', 'ORDER#2024-']")
    return part({ between: ends })
  }
  if (has(value, 'from')) return part({ from: template })
  return has(value, 'to') ? part({ to: template }) : part({ beginsWith: template })
})

/** A word alone explains nothing. */
const sentence = (remedy: string): z.ZodType<string> =>
  checked(`${remedy}, as a sentence`, (value) => value.trim().split(/\s+/).length >= 3)

const find: z.ZodType<Find> = z
  .object(
    {
      index: z.exactOptional(text('the name of one of the indexes')),
      scan: z.exactOptional(sentence('why no key and no index finds these items')),
    },
    'an object of key attributes',
  )
  .catchall(sortCondition)

const constant = (remedy: string): z.ZodType<Constant> =>
  z.union([z.string(), z.number(), z.boolean()], remedy)

const itemCondition: z.ZodType<ItemCondition> = byName(
  choose<ItemCondition[string]>((value) =>
    has(value, 'exists')
      ? part({ exists: z.boolean('true or false') })
      : constant("the text, number or boolean that it is, or { exists: true }: such as 'owner'"),
  ),
  'attribute',
)

const redaction: z.ZodType<Redaction> = byName(
  choose<Redaction[string]>((value) =>
    isObject(value)
      ? part({ constant: constant('the text, number or boolean to put in its place') })
      : z.literal('remove', "'remove', or { constant: '…' } to put a text in its place"),
  ),
  'place',
)

const findingDue = {
  index: text('an index of the holding’s table whose sort key is that attribute'),
  partitions: atLeastOne(text('a value of the index’s partition key')),
  names: byName(attribute, 'identity'),
  perDay: z.exactOptional(positiveInteger('a number of requests, such as 100')),
}

export const retentionRuleSchema: z.ZodType<RetentionRule> = part({
  holding: text('the holding whose items say when somebody left'),
  from: attribute,
  format: dateFormat,
  after: duration,
  ...findingDue,
  notice: z.exactOptional(part({ before: duration, email: attribute })),
})

const retain: z.ZodType<Retain> = part({
  because: text('a word of reasons'),
  until: part({ from: attribute, format: dateFormat, for: duration }),
  ends: z.discriminatedUnion(
    'by',
    [
      part({ by: z.literal('ttl'), attribute }),
      part({ by: z.literal('retention'), ...findingDue }),
      part({ by: z.literal('owner'), owner: text('who ends it, such as the address of the accountants') }),
    ],
    "{ by: 'ttl', attribute: '…' }, { by: 'retention', index: '…', … } or { by: 'owner', owner: '…' }",
  ),
  keep: z.exactOptional(
    z.array(attribute, 'a list of the attributes that the reason needs, or leave it out to keep all'),
  ),
})

const action = choose<Action>((value) => {
  if (has(value, 'redact')) return part({ redact: redaction })
  if (has(value, 'retain')) return part({ retain })
  if (has(value, 'leave')) return part({ leave: text('a sentence that says why it may stay') })
  return z.literal('erase', "'erase', { redact: … }, { retain: … } or { leave: '…' }")
})

const common = {
  after: z.exactOptional(
    z.array(text('the name of another holding'), 'a list of holdings to be emptied first'),
  ),
  last: z.exactOptional(z.literal(true, 'true, or leave it out')),
  category: text('a word of categories'),
  scope,
}

const tableHolding: z.ZodType<TableHolding> = part({
  table: text('a name of tables'),
  find,
  per: z.exactOptional(text('the name of another holding')),
  owner: z.exactOptional(byName(template, 'attribute')),
  unless: z.exactOptional(itemCondition),
  reviewWhen: z.exactOptional(itemCondition),
  learns: z.exactOptional(byName(attributePath, 'identity')),
  action,
  strands: z.exactOptional(sentence('why others may lose what only these items lead to')),
  ...common,
})

const functionHolding: z.ZodType<FunctionHolding> = part({
  function: matching(
    'the ARN of the function, such as arn:aws:lambda:ap-southeast-1:111122223333:function:erase-files',
    /^arn:[a-z-]+:lambda:[a-z0-9-]+:[0-9]{12}:function:[A-Za-z0-9_-]{1,64}(?::(?:\$LATEST|[A-Za-z0-9_-]+))?$/,
  ),
  local: z.exactOptional(
    matching(
      'the path of a module, seen from this file: such as ./examples/files.ts',
      /^\.{0,2}\/.+\.[cm]?[jt]s$/,
    ),
  ),
  action: z.literal('erase', "'erase': what lies elsewhere can only go"),
  ...common,
})

const manualHolding: z.ZodType<ManualHolding> = part({ manual: localized, ...common })

export const holdingSchema = choose<Holding>((value) =>
  has(value, 'function') ? functionHolding : has(value, 'manual') ? manualHolding : tableHolding,
)
