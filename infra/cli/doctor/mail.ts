/** The settings for mail in SES and in the DNS. */
import { DescribeActiveReceiptRuleSetCommand, SESClient } from '@aws-sdk/client-ses'
import {
  GetAccountCommand,
  GetEmailIdentityCommand,
  type GetEmailIdentityCommandOutput,
  SESv2Client,
} from '@aws-sdk/client-sesv2'
import type { Finding } from '../../../shared/config/findings.ts'
import { clientOptions } from '../../../shared/platform/client-options.ts'
import { nameOf, oneOf } from '../system/deployed-stack.ts'
import { opsCommand } from '../system/system.ts'
import type { Found, System, Trouble } from './system.ts'

const RECORDS = "set the DNS records of the stack's outputs MailRecord…"

export async function identityFindings({ stack, options }: System): Promise<readonly Finding[]> {
  const place = oneOf(await stack(), 'identity')
  const identity = await new SESv2Client(clientOptions(options)).send(
    new GetEmailIdentityCommand({ EmailIdentity: place }),
  )
  return [...troublesOf(identity)].map((trouble) => ({ place, ...trouble }))
}

function* troublesOf(identity: GetEmailIdentityCommandOutput): Generator<Trouble> {
  const { VerifiedForSendingStatus, DkimAttributes: dkim, MailFromAttributes: mailFrom } = identity
  if (!VerifiedForSendingStatus)
    yield { problem: 'SES has not verified the domain: no mail goes out', remedy: RECORDS }
  if (dkim?.Status !== 'SUCCESS' || !dkim.SigningEnabled)
    yield { problem: 'mails are not signed (DKIM)', remedy: `${RECORDS} of type CNAME` }
  if (mailFrom?.MailFromDomainStatus !== 'SUCCESS')
    yield {
      problem: 'the MAIL FROM domain is not verified: bounces do not come from your own domain',
      remedy: `${RECORDS} of ${mailFrom?.MailFromDomain ?? 'bounce…'}: MX and TXT`,
    }
}

export async function accountFindings({ options }: System): Promise<readonly Found[]> {
  const account = await new SESv2Client(clientOptions(options)).send(new GetAccountCommand({}))
  const place = 'SES'
  return [
    account.ProductionAccessEnabled
      ? undefined
      : {
          place,
          problem: 'the account is in the sandbox: mail goes to verified addresses only',
          remedy: 'ask for production access: SES > Account dashboard > Request production access',
        },
    account.SendingEnabled
      ? undefined
      : {
          place,
          problem: 'sending is switched off for the account',
          remedy:
            'see why in SES > Account dashboard; then: aws sesv2 put-account-sending-attributes --sending-enabled',
        },
  ]
}

export async function receivingFindings({ stack, options, config }: System): Promise<Found> {
  const rule = nameOf(oneOf(await stack(), 'receiptRule'))
  const { email } = await config()
  const { Metadata, Rules = [] } = await new SESClient(clientOptions(options)).send(
    new DescribeActiveReceiptRuleSetCommand({}),
  )
  const place = Metadata?.Name ?? 'SES'
  const ours = Rules.find(({ Name }) => nameOf(Name ?? '') === rule)
  if (ours?.Enabled) return undefined
  if (ours)
    return {
      place,
      problem: 'our receipt rule is switched off: no mail comes in',
      remedy: `switch ${rule} on: SES > Email receiving > ${place}`,
    }
  if (Metadata?.Name === undefined)
    return {
      place,
      problem: 'no receipt rule set is active: no mail comes in',
      remedy: `${opsCommand(options)('email activate')} and the output ReceiptRuleSet`,
    }
  const other = email?.receiving?.receiptRuleSet
  return {
    place,
    problem: `it is the active receipt rule set, and does not have our rule${other === undefined ? '' : `; ours is in ${other}`}`,
    remedy: 'name it as email.receiving.receiptRuleSet in the configuration, and deploy again',
  }
}

export async function mxFindings({ stack, resolveMx }: System): Promise<Found> {
  // The names of these outputs are numbered, so the value identifies the record.
  const record = (await stack())
    .outputs('')
    .map((value) => /^(?<domain>\S+) MX \d+ (?<exchange>inbound-smtp\.\S+)$/.exec(value)?.groups)
    .find((groups) => groups !== undefined)
  if (!record)
    return { place: 'MX', problem: 'the stack has no output with an MX record', remedy: 'deploy again' }
  const { domain: place = '', exchange = '' } = record
  const remedy = `set it: ${place} MX 10 ${exchange}, and no other`
  const there = await resolveMx(place).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && NO_RECORD.includes(String(error.code))) return []
    throw error
  })
  const names = there.map((one) => one.exchange.toLowerCase().replace(/\.$/, ''))
  if (names.length === 0) return { place, problem: 'has no MX record: no mail comes in', remedy }
  return names.every((name) => name === exchange)
    ? undefined
    : { place, problem: `its MX record leads to ${names.join(', ')}`, remedy }
}

const NO_RECORD = ['ENODATA', 'ENOTFOUND']
