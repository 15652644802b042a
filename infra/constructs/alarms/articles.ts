/** Who is hurt while an alarm lasts. Each alarm has an article in the runbook under its name. */
export const HURT = {
  CallbackForgeries: 'People who asked for deletion at Facebook, whose requests we refuse',
  ComplaintReceived: 'The person who complained and waits for an answer',
  DeadlineNear: 'People who asked and are still waiting, and the company that owes them an answer by law',
  DoorbellDeadLetters: 'People whose requests start late',
  DoorbellExecutionFailed: 'People whose requests start late',
  DoorbellExecutionPartiallyFailed: 'People whose requests start late',
  DoorbellExecutionThrottled: 'People whose requests start late',
  DoorbellExecutionTimeout: 'People whose requests start late',
  ErasureDeadLetters: 'People whose data is not being erased',
  FailedCallbacks: 'People who asked for deletion at Facebook, whose requests were not recorded',
  LostReports: 'People whose mail may not have come',
  MailBounced: 'The person who asked and does not know their code',
  MailNotSent: 'The person who asked and got no answer',
  MailReports: 'People whose mail may not have come',
  NeedsOperator: 'The person whose request stands still',
  NothingFoundInARow: 'People who are told that nothing was found, while their data may still be there',
  NoticeDeadLetters: 'People whose mails come late',
  OldestMail: 'People who asked by mail and are not heard',
  RequestOverdue: 'People whose data should be gone by law, and the company that owes it to them',
  RestoreNotNoted: 'People who were erased and may be back, without anybody knowing',
  RestoreNotReplayed: 'People who were erased, and whose data a backup has brought back',
  RetentionSilent: 'People whose data should be gone by itself, and is not',
  ScheduleDeadLetters: 'People whose requests stand still',
  SweepSilent: 'Everybody whose request was lost on its way: nothing rings for it again',
} as const satisfies Readonly<Record<string, string>>

export type AlarmName = keyof typeof HURT

export const describeAlarm = (name: AlarmName, what: string): string =>
  `Hurt: ${HURT[name]}. ${what} See docs/runbook.md#${name.toLowerCase()}.`
