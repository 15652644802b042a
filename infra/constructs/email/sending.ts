/** Outgoing mail: the domain it comes from, and the reports on each mail. */
import { Aws, Duration, Stack } from 'aws-cdk-lib'
import { EventBus, Rule } from 'aws-cdk-lib/aws-events'
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets'
import { FilterPattern } from 'aws-cdk-lib/aws-logs'
import {
  ConfigurationSet,
  ConfigurationSetTlsPolicy,
  EmailIdentity,
  EmailSendingEvent,
  EventDestination,
  Identity,
  SuppressionReasons,
} from 'aws-cdk-lib/aws-ses'
import { Construct } from 'constructs'
import { type Alarms, EVERY } from '../alarms/alarms.ts'
import type { ServiceFunction } from '../functions/service-function.ts'
import { type DnsRecord, domainOf, mailFromOf, sendingRecords } from './dns.ts'

interface EmailSendingProps {
  /** The address that mail comes from. */
  readonly address: string
  readonly alarms: Alarms
}

export class EmailSending extends Construct {
  readonly records: readonly DnsRecord[]
  private readonly address: string
  private readonly identity: EmailIdentity
  private readonly configurationSet: ConfigurationSet
  private readonly alarms: Alarms

  constructor(scope: Construct, id: string, { address, alarms }: EmailSendingProps) {
    super(scope, id)
    this.address = address
    this.alarms = alarms
    this.identity = new EmailIdentity(this, 'Identity', {
      identity: Identity.domain(domainOf(address)),
      mailFromDomain: mailFromOf(address),
      // Reports come as events. As mail, they would name people, and arrive at the address that takes requests.
      feedbackForwarding: false,
    })
    this.configurationSet = new ConfigurationSet(this, 'Set', {
      // A server that takes no encrypted mail gets no link that opens a request.
      tlsPolicy: ConfigurationSetTlsPolicy.REQUIRE,
      reputationMetrics: true,
      // SES keeps its suppression list for ever, so only people who complained go on it: decision 31.
      suppressionReasons: SuppressionReasons.COMPLAINTS_ONLY,
    })
    this.records = sendingRecords(address, this.identity)
  }

  /** Lets a function send, but only from the address and with reports. */
  grantSend(fn: ServiceFunction): void {
    fn.set('configurationSet', this.configurationSet.configurationSetName)
    const { partition, region } = Stack.of(this)
    const set = `arn:${partition}:ses:${region}:${Aws.ACCOUNT_ID}:configuration-set/${this.configurationSet.configurationSetName}`
    fn.allow(['ses:SendRawEmail'], [this.identity.emailIdentityArn, set], {
      StringEquals: { 'ses:FromAddress': this.address },
    })
  }

  /** Reports to a function every mail that went out, came back, or was marked as junk. */
  reportTo(fn: ServiceFunction): void {
    const bus = EventBus.fromEventBusName(this, 'Bus', 'default')
    this.configurationSet.addEventDestination('Reports', {
      destination: EventDestination.eventBus(bus),
      events: [
        EmailSendingEvent.SEND,
        EmailSendingEvent.DELIVERY,
        EmailSendingEvent.REJECT,
        EmailSendingEvent.BOUNCE,
        EmailSendingEvent.COMPLAINT,
      ],
    })
    // Without a dead-letter queue: a report names the recipient of the mail.
    new Rule(this, 'ReportRule', {
      description: 'Reports of SES about mails of this stack',
      eventPattern: {
        source: ['aws.ses'],
        detail: { mail: { tags: { 'ses:configuration-set': [this.configurationSet.configurationSetName] } } },
      },
      targets: [new LambdaFunction(fn, { retryAttempts: 5, maxEventAge: Duration.hours(6) })],
    })
    fn.configureAsyncInvoke({ retryAttempts: 2, maxEventAge: Duration.hours(6) })
    this.alarms.onLine(
      'MailBounced',
      'A mail to somebody who asked for deletion came back, or was called junk: they do not know their code. The key of the request is in the log, beside MAIL_BOUNCED or MAIL_COMPLAINED. Many of these, and SES stops all mail of this account.',
      { pattern: FilterPattern.anyTerm('MAIL_BOUNCED', 'MAIL_COMPLAINED'), logs: [fn.logGroup] },
    )
    this.alarms.onCount(
      'MailReports',
      'Reports of SES about mails could not be taken: a bounce may have gone unnoticed. See the log of mail-events.',
      fn.metricErrors({ period: EVERY }),
    )
    // A function that gets no turn for hours causes no error.
    this.alarms.onCount(
      'LostReports',
      'Reports of SES about mails were given up, and nothing keeps them: whose mail came back is not known, and a mail whose sending was not recorded may be sent once more. See why mail-events failed or had no turn.',
      fn.metric('AsyncEventsDropped', { period: EVERY, statistic: 'Sum' }),
    )
  }
}
