/** What the page may ask of the window's process: its procedures, its news, the system's printers. Nothing else crosses. */
import type { ContextBridge, IpcRenderer } from 'electron';
import { CHANNEL } from './electron.ts';

export type Reply = { answer: unknown } | { error: { code: string; details: object; reference: string } };

export interface Bridge {
  call(path: string, input: unknown): Promise<Reply>;
  /** Tells the tables that changed; answers how to stop. */
  onChange(listener: (topics: string[]) => void): () => void;
  printers(): Promise<string[]>;
  /** Saves what the page shows as PDF where the user says; answers whether he did. */
  savePdf(name: string): Promise<boolean>;
}

/** Puts the bridge into the page as `window.repdrill`. Events of Electron never reach the page, only their data. */
export function exposeBridge(contextBridge: ContextBridge, ipcRenderer: IpcRenderer): void {
  const bridge: Bridge = {
    call: (path, input) => ipcRenderer.invoke(CHANNEL.call, path, input) as Promise<Reply>,
    onChange: (listener) => {
      const relay = (_event: unknown, topics: string[]): void => listener(topics);
      ipcRenderer.on(CHANNEL.change, relay);
      return () => void ipcRenderer.removeListener(CHANNEL.change, relay);
    },
    printers: () => ipcRenderer.invoke(CHANNEL.printers) as Promise<string[]>,
    savePdf: (name) => ipcRenderer.invoke(CHANNEL.savePdf, name) as Promise<boolean>,
  };
  contextBridge.exposeInMainWorld('repdrill', bridge);
}
