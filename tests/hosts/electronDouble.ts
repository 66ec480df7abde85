/**
 * A double of the parts of Electron that the window host uses, faithful where it matters: IPC clones and wraps errors, handlers are one
 * to a channel, windows need a ready app, schemes must be declared before it, and a page sees nothing that the bridge did not give it.
 */
import { EventEmitter } from 'node:events';
import type { ElectronParts } from '#electron/electron.ts';

type Handler = (event: object, ...parameters: unknown[]) => unknown;
type Decide = (contents: unknown, permission: string, callback: (isAllowed: boolean) => void) => void;
type Verify = (
  request: { hostname: string; certificate: { data: string; issuerCert?: { data: string } } },
  callback: (verdict: number) => void,
) => void;
type Block = (details: { url: string }, callback: (answer: { cancel?: boolean }) => void) => void;

class Frame {
  url = '';
}

/** The web contents of a window. */
export class ContentsDouble extends EventEmitter {
  static #lastId = 0;
  readonly id = (ContentsDouble.#lastId += 1);
  readonly mainFrame = new Frame();
  zoom = 1;
  reloads = 0;
  readonly sent: { channel: string; data: unknown }[] = [];
  windowOpenHandler: ((details: { url: string }) => { action: string }) | undefined;
  #isDestroyed = false;

  setWindowOpenHandler(handler: (details: { url: string }) => { action: string }): void {
    this.windowOpenHandler = handler;
  }

  /** Goes somewhere as the renderer would ask for it. Answers whether it was allowed. */
  navigate(url: string): boolean {
    const event = preventable({ url });
    this.emit('will-navigate', event);
    if (event.defaultPrevented) return false;
    this.load(url);
    return true;
  }

  load(url: string): void {
    this.emit('did-start-navigation', { url, isMainFrame: true, isSameDocument: false });
    this.mainFrame.url = url;
  }

  send(channel: string, data: unknown): void {
    if (this.#isDestroyed) throw new TypeError('Object has been destroyed');
    const copy: unknown = structuredClone(data);
    this.sent.push({ channel, data: copy });
    this.emit('ipc-to-page', channel, copy);
  }

  reload(): void {
    this.reloads += 1;
    this.load(this.mainFrame.url);
  }

  getZoomFactor(): number {
    return this.zoom;
  }

  setZoomFactor(factor: number): void {
    this.zoom = factor;
  }

  isDestroyed(): boolean {
    return this.#isDestroyed;
  }

  async getPrintersAsync(): Promise<{ name: string }[]> {
    return [{ name: 'Zebra' }, { name: 'Epson TM-T20' }];
  }

  async printToPDF(): Promise<Buffer> {
    return Buffer.from('%PDF-1.7');
  }

  destroy(): void {
    this.#isDestroyed = true;
    this.emit('destroyed');
  }
}

interface WindowOptions {
  x?: number;
  y?: number;
  width: number;
  height: number;
  webPreferences: Record<string, unknown>;
}

const preventable = <T extends object>(fields: T) => ({
  ...fields,
  defaultPrevented: false,
  preventDefault() {
    this.defaultPrevented = true;
  },
});

/** A running Electron of one's own. `electron` is handed to the host; the rest is for the test. */
export function electronDouble(options: { userData: string; isFirst?: boolean; savePath?: string }) {
  const state = {
    isReady: false,
    schemes: [] as string[],
    pages: new Map<string, (request: Request) => Promise<Response>>(),
    handlers: new Map<string, Handler>(),
    windows: [] as WindowDouble[],
    menu: 'default' as unknown,
    errors: [] as string[],
    exitCode: undefined as number | undefined,
    hasQuit: false,
    permission: undefined as Decide | undefined,
    permissionCheck: undefined as (() => boolean) | undefined,
    devicePermission: undefined as (() => boolean) | undefined,
    block: undefined as Block | undefined,
    verify: undefined as Verify | undefined,
  };
  const app = Object.assign(new EventEmitter(), {
    isPackaged: true,
    requestSingleInstanceLock: () => options.isFirst !== false,
    whenReady: async (): Promise<void> => {
      state.isReady = true;
    },
    getPath: (name: string) => `${options.userData}${name === 'userData' ? '' : `/${name}`}`,
    getVersion: () => '1.2.3',
    quit: (): void => {
      const event = preventable({});
      app.emit('will-quit', event);
      if (!event.defaultPrevented) state.hasQuit = true;
    },
    exit: (code: number): void => {
      state.exitCode = code;
    },
  });

  class WindowDouble extends EventEmitter {
    static getAllWindows = (): WindowDouble[] => state.windows.filter((window) => !window.isDestroyed());
    readonly webContents = new ContentsDouble();
    readonly options: WindowOptions;
    isShown = false;
    maximized = false;
    minimized = false;
    focused = 0;

    constructor(windowOptions: WindowOptions) {
      super();
      if (!state.isReady) throw new Error('Cannot create BrowserWindow before app is ready');
      this.options = windowOptions;
      state.windows.push(this);
      app.emit('web-contents-created', {}, this.webContents);
    }

    async loadURL(url: string): Promise<void> {
      this.webContents.load(url);
      this.emit('ready-to-show');
    }
    show(): void {
      this.isShown = true;
    }
    focus(): void {
      this.focused += 1;
    }
    maximize(): void {
      this.maximized = true;
    }
    isMaximized(): boolean {
      return this.maximized;
    }
    isMinimized(): boolean {
      return this.minimized;
    }
    restore(): void {
      this.minimized = false;
    }
    getNormalBounds() {
      const { x = 0, y = 0, width, height } = this.options;
      return { x, y, width, height };
    }
    isDestroyed(): boolean {
      return this.webContents.isDestroyed();
    }
    /** As a click on the cross. */
    close(): void {
      this.emit('close', preventable({}));
      this.webContents.destroy();
      this.emit('closed');
      if (WindowDouble.getAllWindows().length === 0) app.emit('window-all-closed');
    }
  }

  const electron = {
    app,
    BrowserWindow: WindowDouble,
    dialog: {
      showErrorBox: (_title: string, content: string) => void state.errors.push(content),
      showSaveDialog: async () => ({ canceled: options.savePath === undefined, filePath: options.savePath ?? '' }),
    },
    ipcMain: {
      handle: (channel: string, handler: Handler): void => {
        if (state.handlers.has(channel)) throw new Error(`Attempted to register a second handler for '${channel}'`);
        state.handlers.set(channel, handler);
      },
      removeHandler: (channel: string) => void state.handlers.delete(channel),
    },
    Menu: { setApplicationMenu: (menu: unknown) => void (state.menu = menu) },
    protocol: {
      registerSchemesAsPrivileged: (schemes: { scheme: string }[]): void => {
        if (state.isReady) throw new Error('protocol.registerSchemesAsPrivileged should be called before app is ready');
        state.schemes.push(...schemes.map(({ scheme }) => scheme));
      },
      handle: (scheme: string, handler: (request: Request) => Promise<Response>) =>
        void state.pages.set(scheme, handler),
    },
    screen: { getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1366, height: 728 } }] },
    session: {
      defaultSession: {
        setPermissionRequestHandler: (decide: Decide) => void (state.permission = decide),
        setPermissionCheckHandler: (check: () => boolean) => void (state.permissionCheck = check),
        setDevicePermissionHandler: (check: () => boolean) => void (state.devicePermission = check),
        setCertificateVerifyProc: (verify: Verify) => void (state.verify = verify),
        webRequest: { onBeforeRequest: (block: Block) => void (state.block = block) },
      },
    },
    utilityProcess: {
      fork: () => {
        throw new Error('no utility process here');
      },
    },
  };

  /** The renderer's side of IPC for one window: arguments and answers are cloned, errors arrive wrapped. */
  const ipcRenderer = (contents: ContentsDouble, frame: Frame = contents.mainFrame) => {
    const emitter = new EventEmitter();
    contents.on('ipc-to-page', (channel: string, data: unknown) => emitter.emit(channel, { sender: 'hidden' }, data));
    return Object.assign(emitter, {
      invoke: async (channel: string, ...parameters: unknown[]): Promise<unknown> => {
        const handler = state.handlers.get(channel);
        if (!handler) throw new Error(`No handler registered for '${channel}'`);
        const copies = structuredClone(parameters);
        try {
          const answer: unknown = await handler({ sender: contents, senderFrame: frame }, ...copies);
          return structuredClone(answer);
        } catch (error) {
          throw new Error(`Error invoking remote method '${channel}': ${String(error)}`, { cause: error });
        }
      },
    });
  };

  return { electron: electron as unknown as ElectronParts, state, app, ipcRenderer, foreignFrame: () => new Frame() };
}

/** The page's world: what the preload script exposes, frozen, functions only by proxy. */
export function contextBridgeDouble() {
  const world: Record<string, unknown> = {};
  return {
    world,
    contextBridge: {
      exposeInMainWorld: (name: string, api: object): void => {
        if (name in world)
          throw new Error(`Cannot bind an API on top of an existing property on the window object: ${name}`);
        world[name] = Object.freeze({ ...api });
      },
    },
  };
}
