/** The child process that writes a report to a file. */
import { serveWork } from '#core/engine/workers.ts';
import { exportFromFile, type ExportWork, type Exported } from './exportWork.ts';

serveWork<ExportWork, Exported>(exportFromFile);
