/** How clients of AWS are made that look at what is deployed, with the caller's own credentials. */

export interface ClientOptions {
  readonly region?: string
  readonly profile?: string
  /** An engine of `npm start`, instead of AWS. */
  readonly endpoint?: string
}

export const clientOptions = ({ region, profile, endpoint }: ClientOptions) => ({
  maxAttempts: 4,
  requestHandler: { connectionTimeout: 3000, requestTimeout: 10_000, throwOnRequestTimeout: true },
  ...(endpoint === undefined
    ? { ...(region !== undefined && { region }), ...(profile !== undefined && { profile }) }
    : {
        endpoint,
        region: 'ap-southeast-1',
        credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      }),
})

/** Uses a client once. */
export async function withClient<C extends { destroy(): void }, T>(
  client: C,
  use: (client: C) => Promise<T>,
): Promise<T> {
  try {
    return await use(client)
  } finally {
    client.destroy()
  }
}
