/** The shapes of what goes without anybody asking. */
import * as z from 'zod'
import type { RetentionRule } from '../../data-map/data-map.ts'
import { attribute, dateFormat, duration, positiveInteger, text } from './fields.ts'
import { atLeastOne, byName, part } from './parts.ts'

export const findingDue = {
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
