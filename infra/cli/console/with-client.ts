/** A client of AWS that is used once. */
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
