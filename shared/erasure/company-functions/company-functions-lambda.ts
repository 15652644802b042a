/** The company's functions, invoked on Lambda. */
import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda'
import { ServiceError } from '../../platform/errors.ts'
import type { CompanyFunctions } from './company-functions.ts'

export const lambdaCompanyFunctions = (client: LambdaClient): CompanyFunctions => ({
  async invoke(functionArn, event) {
    const { FunctionError, Payload = new Uint8Array() } = await client.send(
      new InvokeCommand({
        FunctionName: functionArn,
        InvocationType: 'RequestResponse',
        Payload: Buffer.from(JSON.stringify(event)),
      }),
    )
    if (FunctionError !== undefined) {
      throw new ServiceError('FUNCTION_FAILED', `it ended in an error (${FunctionError})`)
    }
    try {
      return JSON.parse(Buffer.from(Payload).toString()) as unknown
    } catch {
      // The parser's own message would quote the answer.
      throw new ServiceError('FUNCTION_FAILED', 'its answer is no JSON')
    }
  },
})
