/** The DNS records that sending and receiving mail need. */
import { Stack } from 'aws-cdk-lib'
import type { EmailIdentity } from 'aws-cdk-lib/aws-ses'

export interface DnsRecord {
  /** What the record is for, for the person who enters it. */
  readonly purpose: string
  readonly type: 'CNAME' | 'MX' | 'TXT'
  readonly name: string
  readonly value: string
}

export const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1)

/** The domain that undeliverable mail comes back to. SES wants one that has no other use. */
export const mailFromOf = (address: string): string => `bounce.${domainOf(address)}`

export const sendingRecords = (address: string, identity: EmailIdentity): readonly DnsRecord[] => [
  ...identity.dkimRecords.map(({ name, value }): DnsRecord => {
    const purpose = 'Proves the domain to SES, and our signature to whoever takes the mail (DKIM)'
    return { purpose, type: 'CNAME', name, value }
  }),
  {
    purpose: 'Brings what cannot be delivered back to SES',
    type: 'MX',
    name: mailFromOf(address),
    value: `10 feedback-smtp.${Stack.of(identity).region}.amazonses.com`,
  },
  {
    purpose: 'Lets SES send for the domain (SPF)',
    type: 'TXT',
    name: mailFromOf(address),
    value: '"v=spf1 include:amazonses.com ~all"',
  },
  {
    purpose: 'Large mail services demand one; leave one that is there as it is (DMARC)',
    type: 'TXT',
    name: `_dmarc.${domainOf(address)}`,
    value: '"v=DMARC1; p=none"',
  },
]

export const receivingRecord = (address: string, region: string): DnsRecord => ({
  purpose: 'Brings all mail of this domain to SES, so let the domain be a subdomain for this alone',
  type: 'MX',
  name: domainOf(address),
  value: `10 inbound-smtp.${region}.amazonaws.com`,
})
