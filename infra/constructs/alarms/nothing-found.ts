/** Tells of requests that look as if they could not be found at all. */
import { FilterPattern, type ILogGroup } from 'aws-cdk-lib/aws-logs'
import type { Alarms } from './alarms.ts'

export const alarmOnNothingFound = (alarms: Alarms, log: ILogGroup): void =>
  alarms.onLine(
    'NothingFoundInARow',
    'Ten requests of one app in a row or more found nothing: is its identity the right kind of id, and do the holdings look in the right tables? The app is in the log of the eraser, beside NOTHING_FOUND_IN_A_ROW.',
    { pattern: FilterPattern.allTerms('NOTHING_FOUND_IN_A_ROW'), logs: [log] },
  )
