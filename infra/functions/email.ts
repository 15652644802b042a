/** Functions for requests by mail and by the form: only where the configuration has `email`. */
import { deadlinesOf } from '../../shared/config/deadlines.ts'
import type { DeletionConfig, EmailRequests } from '../../shared/config/define.ts'
import {
  type ConfirmConfig,
  confirmWithin,
  coolingOff,
  type EmailIntakeConfig,
  keepRequests,
  type NotifyConfig,
  type RequestFormConfig,
} from '../../shared/config/function-config.ts'
import { promisesOf } from '../../shared/config/page-promises.ts'
import { type FunctionEntry, looksAt } from './entry.ts'
import { siteConfig } from './public.ts'

/** The two functions of incoming mail: the bucket is the queue, and either takes mail from it. */
const RECEIVING = {
  file: 'email-received',
  timeoutSeconds: 60,
  needs: 'receiving',
  settings: ['ledgerTable', 'indexSecret', 'sealSecret', 'pauseScale', 'inboxBucket', 'metricNamespace'],
  ledger: ['GetItem', 'PutItem'],
  config: intakeConfig,
} as const

export const EMAIL_FUNCTIONS = {
  'email-received': { ...RECEIVING, description: 'Takes mail with deletion requests, as it comes' },
  'inbox-sweep': {
    ...RECEIVING,
    description: 'Looks after mail that was not dealt with',
    handler: 'sweepInbox',
    schedule: { id: 'inbox', everySeconds: 60 },
  },
  'request-form': {
    description: 'Takes deletion requests by the form',
    timeoutSeconds: 10,
    needs: 'email',
    routes: ['POST /request'],
    settings: ['ledgerTable', 'publicUrl', 'indexSecret', 'sealSecret', 'pauseScale'],
    ledger: ['GetItem', 'PutItem', 'UpdateItem'],
    config: (config, wired): RequestFormConfig => ({
      ...siteConfig(config, wired),
      email: intakeConfig(config),
    }),
  },
  confirm: {
    description: 'Confirms requests, and takes them back, by links from mails',
    timeoutSeconds: 10,
    needs: 'email',
    routes: [
      ...looksAt('/confirm/{token}'),
      'POST /confirm/{token}',
      ...looksAt('/withdraw/{token}'),
      'POST /withdraw/{token}',
    ],
    settings: ['ledgerTable', 'publicUrl', 'tokenSecret', 'pauseScale'],
    ledger: ['GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem'],
    config: (config, wired): ConfirmConfig => ({
      ...siteConfig(config, wired),
      coolingOff: coolingOff(emailOf(config)),
      keepRequests: keepRequests(config),
    }),
  },
  notify: {
    description: 'Sends the mails that requests owe',
    timeoutSeconds: 60,
    needs: 'email',
    // A mail that is due: the record names the request and the version that made the mail due.
    stream: {
      filter: {
        eventName: ['INSERT', 'MODIFY'],
        dynamodb: { NewImage: { sk: { S: [{ prefix: 'NOTICE#' }] }, state: { S: ['due'] } } },
      },
      batchSize: 10,
      maximumRetryAttempts: 5,
      maximumRecordAgeSeconds: 3600,
    },
    settings: ['ledgerTable', 'publicUrl', 'sealSecret', 'tokenSecret', 'pauseScale', 'configurationSet'],
    ledger: ['GetItem', 'Query', 'PutItem', 'UpdateItem'],
    config: notifyConfig,
  },
  'mail-events': {
    description: 'Takes what SES reports of mails',
    timeoutSeconds: 30,
    needs: 'email',
    settings: ['ledgerTable'],
    ledger: ['GetItem', 'PutItem'],
    config: () => ({}),
  },
} as const satisfies Readonly<Record<string, FunctionEntry>>

function intakeConfig(config: DeletionConfig): EmailIntakeConfig {
  const email = emailOf(config)
  return {
    address: email.address,
    identity: email.identity,
    locales: config.locales,
    deadlines: deadlinesOf(config.deadlines),
    confirmWithin: confirmWithin(email),
  }
}

function notifyConfig(config: DeletionConfig): NotifyConfig {
  const email = emailOf(config)
  const { organization, dataMap } = config
  return {
    organization,
    categories: dataMap.categories,
    erased: promisesOf(config).erased,
    reasons: dataMap.reasons,
    address: email.address,
    ...(!email.receiving && { replyTo: organization.contactEmail }),
    answersPerDay: email.answersPerDay ?? 1000,
    confirmWithin: confirmWithin(email),
  }
}

/** These functions are deployed only with it. */
function emailOf({ email }: DeletionConfig): EmailRequests {
  if (!email) throw new TypeError('a function for email has no configuration for it')
  return email
}
