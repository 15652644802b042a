/** `email activate`: makes the deployed receipt rule set the active one, with the caller's own credentials. */
import { CliError } from '../console/failure.ts'
import { isFields } from '../console/foreign.ts'
import { argument } from '../console/options.ts'
import { defineCommand } from '../define-command.ts'

const activate = defineCommand({
  name: 'activate',
  says: 'Makes a receipt rule set of SES the active one, so that mail comes in: only where none is active. Needs ses:DescribeActiveReceiptRuleSet and ses:SetActiveReceiptRuleSet.',
  options: { ruleSet: argument('<RULE_SET>', 'its name: the output ReceiptRuleSet of the deploy') },
  help: `
If another rule set is active, nothing is changed: name that one as email.receiving.receiptRuleSet in the configuration, and
deploy again; our rule is then added to it.

Example:
  $ npm run ops -- email activate DataDeletion-EmailReceivingRuleSet-1A2B3C --region ap-southeast-1`,
  async run({ ruleSet }, { system, print }) {
    const { activateRuleSet, sesClient } = await import('../../../shared/email/rule-set-ses.ts')
    const client = sesClient(system)
    try {
      const activation = await activateRuleSet(client, ruleSet)
      if (activation.is === 'other') {
        throw new CliError(
          'refused',
          `${activation.active} is the active rule set, and stays so. Name it as email.receiving.receiptRuleSet in deletion.config.ts and deploy again: our rule is added to it.`,
        )
      }
      print({ ruleSet, ...activation }, () =>
        activation.is === 'activated' ? `${ruleSet} takes mail in now.` : `${ruleSet} was active already.`,
      )
    } catch (cause) {
      if (cause instanceof CliError) throw cause
      const name = isFields(cause) ? String(cause['name']) : 'unknown'
      throw new CliError('aws', `SES could not be asked (${name}): ${adviceOn(name)}`, { cause })
    } finally {
      client.destroy()
    }
  },
})

export const email = defineCommand({
  name: 'email',
  says: 'Mail on AWS, with your own credentials.',
  commands: [activate],
})

const adviceOn = (name: string): string =>
  name === 'RuleSetDoesNotExistException'
    ? 'there is no rule set of this name in this region; the output ReceiptRuleSet of the deploy has it'
    : name === 'CredentialsProviderError'
      ? 'no credentials were found; log in with the AWS CLI, or give --profile'
      : /Access|Unrecognized|Invalid.*Token/.test(name)
        ? 'your credentials do not allow it'
        : 'see that --region and --profile are right, and try again'
