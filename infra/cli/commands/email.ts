/** `email activate`: activates the deployed receipt rule set, with the caller's own credentials. */
import { CliError } from '../console/failure.ts'
import { isFields } from '../console/foreign.ts'
import { argument } from '../console/options.ts'
import { defineCommand } from '../define-command.ts'

const activate = defineCommand({
  name: 'activate',
  says: 'Activates a receipt rule set of SES, so that mail comes in, unless another one is active. Needs ses:DescribeActiveReceiptRuleSet and ses:SetActiveReceiptRuleSet.',
  options: { ruleSet: argument('<RULE_SET>', "its name: the stack's output ReceiptRuleSet") },
  help: `
If another rule set is active, nothing changes. Name that one as email.receiving.receiptRuleSet in the configuration, and
deploy again: our rule is then added to it.

Example:
  $ npm run ops -- email activate DataDeletion-EmailReceivingRuleSet-1A2B3C --region ap-southeast-1`,
  async run({ ruleSet }, { system, print }) {
    const { activateRuleSet, sesClient } = await import('../../../shared/email/rule-set-ses.ts')
    const activation = await activateRuleSet(sesClient(system), ruleSet).catch((cause: unknown) => {
      const name = isFields(cause) ? String(cause['name']) : 'unknown'
      throw new CliError('aws', `SES refused the call (${name}): ${adviceOn(name)}`, { cause })
    })
    if (activation.is === 'other') {
      throw new CliError(
        'refused',
        `${activation.active} is the active rule set, and stays active. Name it as email.receiving.receiptRuleSet in deletion.config.ts and deploy again: our rule is added to it.`,
      )
    }
    print({ ruleSet, ...activation }, () =>
      activation.is === 'activated' ? `${ruleSet} is active now.` : `${ruleSet} was active already.`,
    )
  },
})

export const email = defineCommand({
  name: 'email',
  says: 'Sets up mail on AWS, with your own credentials.',
  commands: [activate],
})

const adviceOn = (name: string): string =>
  name === 'RuleSetDoesNotExistException'
    ? "there is no rule set of this name in this region; the stack's output ReceiptRuleSet has the name"
    : name === 'CredentialsProviderError'
      ? 'no credentials were found; log in with the AWS CLI, or give --profile'
      : /Access|Unrecognized|Invalid.*Token/.test(name)
        ? 'your credentials do not permit it'
        : 'check --region and --profile, and try again'
