/** Our answers: the domain they come from, and what becomes of each. */
import { Aws, Duration, Stack } from 'aws-cdk-lib'
import { EventBus, Rule } from 'aws-cdk-lib/aws-events'
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets'
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { FilterPattern } from 'aws-cdk-lib/aws-logs'
import {
  ConfigurationSet,
  ConfigurationSetTlsPolicy,
  EmailIdentity,
  EmailSendingEvent,
  EventDestination,
  Identity,
} from 'aws-cdk-lib/aws-ses'
import { Construct } from 'constructs'
import { type Alarms, EVERY } from './alarms.ts'
import type { ServiceFunction } from './service-function.ts'

export interface EmailSendingProps {
  /** Ours. */
  readonly address: string
  readonly alarms: Alarms
}

/** A DNS record that has to be there before mail goes out, or comes in. */
export interface DnsRecord {
  readonly type: 'CNAME' | 'MX' | 'TXT'
  readonly name: string
  readonly value: string
}

export class EmailSending extends Construct {
  readonly records: readonly DnsRecord[]
  private readonly address: string
  private readonly identity: EmailIdentity
  private readonly configurationSet: ConfigurationSet
  private readonly alarms: Alarms

  constructor(scope: Construct, id: string, { address, alarms }: EmailSendingProps) {
    super(scope, id)
    const domain = domainOf(address)
    const mailFrom = `bounce.${domain}`
    this.address = address
    this.alarms = alarms
    this.identity = new EmailIdentity(this, 'Identity', {
      identity: Identity.domain(domain),
      mailFromDomain: mailFrom,
    })
    this.configurationSet = new ConfigurationSet(this, 'Set', {
      // Whoever cannot take it encrypted does not get a link that opens a request.
      tlsPolicy: ConfigurationSetTlsPolicy.REQUIRE,
      reputationMetrics: true,
    })
    this.records = [
      ...this.identity.dkimRecords.map(({ name, value }): DnsRecord => ({ type: 'CNAME', name, value })),
      { type: 'MX', name: mailFrom, value: `10 feedback-smtp.${Stack.of(this).region}.amazonses.com` },
      { type: 'TXT', name: mailFrom, value: 'v=spf1 include:amazonses.com ~all' },
    ]
  }

  /** Lets a function send from the address, with reports, and in no other way. */
  grantSend(fn: ServiceFunction): void {
    fn.set('configurationSet', this.configurationSet.configurationSetName)
    fn.addToRolePolicy(
      new PolicyStatement({
        actions: ['ses:SendRawEmail'],
        resources: [this.identity.emailIdentityArn, this.setArn],
        conditions: { StringEquals: { 'ses:FromAddress': this.address } },
      }),
    )
    this.alarms.onLine(
      'MailNotSent',
      'A mail to somebody who asked for deletion could not be sent, and is not tried again: the key of the request is in the log, beside MAIL_NOT_SENT. See whether SES still lets this account send.',
      { pattern: FilterPattern.allTerms('MAIL_NOT_SENT'), logs: [fn.logGroup] },
    )
  }

  /** Tells a function of every mail that went out, came back, or was called junk. */
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
    // Without a dead-letter queue: a report names whom the mail went to.
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
      'Reports of SES about mails could not be taken: a bounce may have gone unnoticed. See the log of the function.',
      fn.metricErrors({ period: EVERY }),
    )
  }

  private get setArn(): string {
    const { partition, region } = Stack.of(this)
    return `arn:${partition}:ses:${region}:${Aws.ACCOUNT_ID}:configuration-set/${this.configurationSet.configurationSetName}`
  }
}

export const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1)
