/** A cable to a port of loopback that can be cut, held still and put back; for tests of what a network does. */
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface Wire {
  port: number;
  /** Breaks what is connected; new connections are taken again. */
  cut: () => void;
  /** Refuses new connections too, until it is open again. */
  setOpen: (isOpen: boolean) => void;
  /** Connections at this moment. */
  connections: () => number;
  close: () => Promise<void>;
}

export async function wireTo(target: number): Promise<Wire> {
  const ends = new Set<Socket>();
  let isOpen = true;
  const server = createServer((near) => {
    if (!isOpen) return void near.resetAndDestroy();
    const far = connect(target, '127.0.0.1');
    for (const end of [near, far]) {
      end.on('error', () => undefined);
      end.on('close', () => {
        ends.delete(near);
        near.destroy();
        far.destroy();
      });
    }
    ends.add(near);
    near.pipe(far).pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cut = (): void => {
    for (const end of ends) end.resetAndDestroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    cut,
    setOpen: (open) => {
      isOpen = open;
      if (!open) cut();
    },
    connections: () => ends.size,
    close: async () => {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
