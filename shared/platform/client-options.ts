/** How a client of AWS is made for a person: with their own credentials, or for an engine of `npm start`. */

export interface ClientOptions {
  /** An engine on this machine, instead of AWS. */
  readonly endpoint?: string | undefined
  /** @default as the AWS configuration says */
  readonly region?: string | undefined
  /** A profile of the AWS configuration. */
  readonly profile?: string | undefined
}

export const clientOptions = ({ endpoint, region, profile }: ClientOptions) => ({
  maxAttempts: 4,
  requestHandler: { connectionTimeout: 3000, requestTimeout: 10_000, throwOnRequestTimeout: true },
  ...(endpoint === undefined
    ? { ...(region !== undefined && { region }), ...(profile !== undefined && { profile }) }
    : // As `npm start` itself: some engines keep what is of another region and key apart.
      {
        endpoint,
        region: 'ap-southeast-1',
        credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      }),
})
