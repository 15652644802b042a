/** Options of an AWS client for the command line: with the user's own credentials, or for an engine of `npm start`. */
import { defined } from './defined.ts'

export interface ClientOptions {
  /** An engine on this machine, instead of AWS. */
  readonly endpoint?: string | undefined
  /** @default the region of the AWS configuration */
  readonly region?: string | undefined
  /** A profile of the AWS configuration. */
  readonly profile?: string | undefined
}

export const clientOptions = ({ endpoint, region, profile }: ClientOptions) => ({
  maxAttempts: 4,
  requestHandler: { connectionTimeout: 3000, requestTimeout: 10_000, throwOnRequestTimeout: true },
  ...(endpoint === undefined
    ? defined({ region, profile })
    : // The same as in `npm start`: some engines keep a store for each region and key.
      {
        endpoint,
        region: 'ap-southeast-1',
        credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      }),
})
