import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { LocalNetwork } from '../network/local-network';
import { HttpError } from './http-error';
import { route } from './routes';

/** Largest body in bytes: an ingress message of 2 MiB with its envelope. */
const MAXIMUM_BODY = 3 * 2 ** 20;
/** Any page may talk to the network, as to the IC. */
const CROSS_ORIGIN = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'GET, POST, HEAD, OPTIONS',
  'access-control-allow-headers': '*',
};

/** Answers the IC's HTTP interface for one network. */
export class HttpServer {
  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  /** @param port 0 for any that is free @throws Error of the operating system when the port cannot be had */
  static async listen(network: LocalNetwork, port: number, host = '127.0.0.1'): Promise<HttpServer> {
    const server = createServer((request, response) => {
      answer(network, request, response).catch((error: unknown) => response.destroy(error as Error));
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, resolve);
    });
    const { port: taken } = server.address() as AddressInfo;
    return new HttpServer(server, `http://${host}:${taken}`);
  }

  /** Returns when no request is being answered any more. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.server.close(() => resolve());
    });
    this.server.closeIdleConnections();
    await closed;
  }
}

async function answer(
  network: LocalNetwork,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  for (const [name, value] of Object.entries(CROSS_ORIGIN)) response.setHeader(name, value);
  try {
    const body = await readBody(request);
    const {
      status,
      headers,
      body: content,
    } = await route(network, {
      method: request.method ?? 'GET',
      url: request.url ?? '/',
      headers: headerPairs(request),
      body,
    });
    for (const [name, value] of headers) response.appendHeader(name, value);
    response.writeHead(status).end(request.method === 'HEAD' ? undefined : content);
  } catch (error) {
    const status = error instanceof HttpError ? error.status : 500;
    const text = error instanceof Error ? error.message : String(error);
    response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(text);
  }
}

async function readBody(request: IncomingMessage): Promise<Uint8Array> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > MAXIMUM_BODY) throw new HttpError(413, `a body of more than ${MAXIMUM_BODY} bytes`);
    parts.push(part);
  }
  return new Uint8Array(Buffer.concat(parts));
}

function headerPairs({ rawHeaders }: IncomingMessage): [string, string][] {
  const pairs: [string, string][] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    pairs.push([rawHeaders[index]!.toLowerCase(), rawHeaders[index + 1]!]);
  }
  return pairs;
}
