/** Tells people of requests that only they can move on. */
import { FilterPattern, type ILogGroup } from 'aws-cdk-lib/aws-logs'
import type { Alarms } from './alarms.ts'

/** @param logs Of the functions that end a request so. */
export const alarmOnNeedsOperator = (alarms: Alarms, logs: readonly ILogGroup[]): void =>
  alarms.onLine(
    'NeedsOperator',
    'A request could not be finished and waits for an operator: its key is in the log, beside REQUEST_NEEDS_OPERATOR. This alarm ends by itself, the request does not.',
    // Anywhere in the line: Lambda puts words of its own before our JSON.
    { pattern: FilterPattern.allTerms('REQUEST_NEEDS_OPERATOR'), logs },
  )
