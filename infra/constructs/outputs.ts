/** The outputs of the stack: what an engineer reads at the end of a deploy, and the operator's tool looks up. */
import { CfnOutput, Stack } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import type { DeletionConfig } from '../../shared/config/define.ts'
import { idOf } from './functions/service-function.ts'
import type { OperatorAccess } from './operator-access.ts'
import type { Parts } from './parts.ts'

interface Deployed extends Pick<DeletionConfig, 'apps'> {
  readonly callbackUrls: Readonly<Record<string, string>>
  readonly deauthorizeUrls: Readonly<Record<string, string>>
  readonly parts: Parts
  readonly view: OperatorAccess
  readonly operate: OperatorAccess
}

export function addOutputs(scope: Construct, { apps, parts, view, operate, ...urls }: Deployed): void {
  const { publicUrl, api, secrets, alarms, ledger, sending, receiving } = parts
  const { stackName, region } = Stack.of(scope)
  const prefix = pathInStack(scope)
  const output = (name: string, description: string, value: string | undefined): void => {
    if (value === undefined) return
    // The CDK's own id would end in a hash, and the operator's tool looks outputs up by the end of their names.
    new CfnOutput(scope, name, { description, value }).overrideLogicalId(`${prefix}${name}`)
  }
  for (const [app, { product }] of Object.entries(apps)) {
    const of = `App ${app} (${product})`
    output(`${idOf(app)}CallbackUrl`, `${of}: Data Deletion Request URL`, urls.callbackUrls[app])
    output(`${idOf(app)}DeauthorizeUrl`, `${of}: Deauthorize Callback URL`, urls.deauthorizeUrls[app])
  }
  output('PublicUrl', 'What the links to status pages begin with', publicUrl)
  output('ApiUrl', 'The address of the API itself', api.endpoint)
  if (publicUrl !== api.url) {
    output(
      'ProxyNeeded',
      'publicUrl of the configuration leads elsewhere',
      `${publicUrl} is not a domain of this API: what answers there has to pass every call on to ${api.url}. For a domain of the API's own, leave publicUrl out and deploy with -c domainName and -c certificateArn.`,
    )
  }
  output('DnsTarget', 'Where the DNS record (CNAME or alias) of the domain has to point', api.dnsTarget)
  const records = [...(sending?.records ?? []), ...(receiving?.records ?? [])]
  for (const [n, { purpose, type, name, value }] of records.entries()) {
    output(`MailRecord${n + 1}`, `DNS record for mail. ${purpose}`, `${name} ${type} ${value}`)
  }
  output(
    'ReceiptRuleSet',
    'Takes mail in only once it is the active one of this account and region, which a deploy cannot make it',
    receiving?.ownRuleSet,
  )
  output('AppSecretsId', 'Secret with the secrets of the Meta apps', secrets.apps.secretArn)
  output('SealKeysId', 'Secret with the keys of seals', secrets.generated.Seal.secretArn)
  output('TokenKeysId', 'Secret with the keys of links', secrets.generated.Token.secretArn)
  output('ReceiptKeysId', 'Secret with the keys of receipts', secrets.generated.Receipt.secretArn)
  output('AlarmTopicArn', 'Topic that tells of alarms', alarms.topic.topicArn)
  output('LedgerTableName', 'Table of requests', ledger.table.tableName)
  output('ViewUrl', "The operator's tool, looking only", view.url.url)
  output('ViewPolicyArn', 'Managed policy for people who may look', view.policy.managedPolicyArn)
  output('OperateUrl', "The operator's tool, deciding", operate.url.url)
  output('OperatePolicyArn', 'Managed policy for people who may decide', operate.policy.managedPolicyArn)
  const commands = Object.keys(apps).map(
    (app) => `npm run ops -- secrets set-app ${app} --stack ${stackName} --region ${region}`,
  )
  output(
    'NextStep',
    'What to do now',
    `Put the secret of each Meta app in: ${commands.join(' ; ')}. It asks for the secret, shows nothing of it, and keeps the one before. Then paste the callback URLs into the Meta App Dashboard.`,
  )
}

/** The ids of a construct and its parents below the stack, without `Default`. */
const pathInStack = ({ node }: Construct): string =>
  node.scopes
    .slice(node.scopes.findLastIndex((scope) => Stack.isStack(scope)) + 1)
    .filter(({ node: { id } }) => id !== 'Default')
    .map(({ node: { id } }) => idOf(id).replaceAll(/[^A-Za-z0-9]/g, ''))
    .join('')
