import { runService } from '#shared/lifecycle.ts';
import { openApiService } from './open-service.ts';

await runService('api', openApiService);
