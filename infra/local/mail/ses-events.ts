/**
 * What SES reports of a sent mail through EventBridge.
 *
 * Every mail is delivered at once, except to the addresses of SES's mailbox simulator, with any label:
 * `bounce@simulator.amazonses.com` bounces, `complaint@simulator.amazonses.com` is delivered and complains.
 */
import { randomUUID } from 'node:crypto'
import type { EventBridgeEvent } from 'aws-lambda'
import { ACCOUNT, REGION } from '../engines/engines.ts'
import type { RawSending } from './ses-request.ts'

const DETAIL_TYPES = {
  Send: 'Email Sent',
  Delivery: 'Email Delivered',
  Bounce: 'Email Bounced',
  Complaint: 'Email Complaint Received',
} as const
type EventType = keyof typeof DETAIL_TYPES

interface SesEventDetail {
  readonly eventType: EventType
  readonly mail: ReturnType<typeof mailOf>
  readonly send?: Readonly<Record<string, never>>
  readonly delivery?: object
  readonly bounce?: object
  readonly complaint?: object
}

export type SesSendingEvent = EventBridgeEvent<(typeof DETAIL_TYPES)[EventType], SesEventDetail>

export interface Accepted {
  readonly messageId: string
  readonly at: Date
}

/** In the order of their occurrence. */
export function sendingEvents(sending: RawSending, accepted: Accepted): readonly SesSendingEvent[] {
  const { destination } = sending
  const bounced = destination.filter((address) => simulates('bounce', address))
  const delivered = destination.filter((address) => !bounced.includes(address))
  const complaining = destination.filter((address) => simulates('complaint', address))
  const event = eventOf(sending, accepted)
  const feedback = { timestamp: accepted.at.toISOString(), feedbackId: `${accepted.messageId}-feedback` }
  const delivery = {
    timestamp: accepted.at.toISOString(),
    processingTimeMillis: 1,
    recipients: delivered,
    smtpResponse: '250 2.6.0 Message received',
    reportingMTA: 'localhost',
  }
  return [
    event('Send', { send: {} }),
    ...(delivered.length > 0 ? [event('Delivery', { delivery })] : []),
    ...(bounced.length > 0 ? [event('Bounce', { bounce: { ...feedback, ...hardBounce(bounced) } })] : []),
    ...(complaining.length > 0
      ? [event('Complaint', { complaint: { ...feedback, ...abuse(complaining) } })]
      : []),
  ]
}

/** The caller's own tags, and SES's. */
export const eventTags = ({ tags, source, configurationSet }: RawSending): RawSending['tags'] => ({
  ...tags,
  ...(configurationSet !== undefined && { 'ses:configuration-set': [configurationSet] }),
  'ses:source-ip': ['127.0.0.1'],
  'ses:from-domain': [domainOf(source)],
  'ses:caller-identity': ['local'],
})

const ARN = `arn:aws:ses:${REGION}:${ACCOUNT}`

function mailOf(sending: RawSending, { messageId, at }: Accepted) {
  const { source, destination, header } = sending
  const { headersTruncated, headers, commonHeaders } = header
  return {
    timestamp: at.toISOString(),
    source,
    sourceArn: `${ARN}:identity/${domainOf(source)}`,
    sendingAccountId: ACCOUNT,
    messageId,
    destination,
    headersTruncated,
    headers,
    commonHeaders: { ...commonHeaders, messageId },
    tags: eventTags(sending),
  }
}

function eventOf(sending: RawSending, accepted: Accepted) {
  const { configurationSet } = sending
  const mail = mailOf(sending, accepted)
  return (eventType: EventType, more: Omit<SesEventDetail, 'eventType' | 'mail'>): SesSendingEvent => ({
    version: '0',
    id: randomUUID(),
    'detail-type': DETAIL_TYPES[eventType],
    source: 'aws.ses',
    account: ACCOUNT,
    time: `${accepted.at.toISOString().slice(0, 19)}Z`,
    region: REGION,
    resources: configurationSet === undefined ? [] : [`${ARN}:configuration-set/${configurationSet}`],
    detail: { eventType, mail, ...more },
  })
}

const hardBounce = (bounced: readonly string[]) => ({
  bounceType: 'Permanent',
  bounceSubType: 'General',
  bouncedRecipients: bounced.map((emailAddress) => ({
    emailAddress,
    action: 'failed',
    status: '5.1.1',
    diagnosticCode: 'smtp; 550 5.1.1 user unknown',
  })),
  reportingMTA: 'dns; localhost',
})

const abuse = (complaining: readonly string[]) => ({
  complainedRecipients: complaining.map((emailAddress) => ({ emailAddress })),
  complaintFeedbackType: 'abuse',
})

const simulates = (name: 'bounce' | 'complaint', address: string): boolean =>
  new RegExp(`^${name}(\\+[^@]*)?@simulator\\.amazonses\\.com$`, 'i').test(address)

const domainOf = (source: string): string => /@([^@>\s]+)>?\s*$/.exec(source)?.[1] ?? ''
