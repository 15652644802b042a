/** Tells people of complaints, which nobody but they can answer. */
import { FilterPattern, type ILogGroup } from 'aws-cdk-lib/aws-logs'
import type { Alarms } from './alarms.ts'

/** @param log Of the function that takes them. */
export const alarmOnComplaints = (alarms: Alarms, log: ILogGroup): void =>
  alarms.onLine(
    'ComplaintReceived',
    'Somebody complains about a request: its key is in the log, beside COMPLAINT_RECEIVED. This alarm ends by itself, the complaint stays open until it is answered.',
    { pattern: FilterPattern.allTerms('COMPLAINT_RECEIVED'), logs: [log] },
  )
