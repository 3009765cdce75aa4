import { createService } from './service.js';

const port = Number(process.env.PORT ?? 8080);
const server = createService().listen(port, () => {
  console.log(`Listening on port ${port}`);
});

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => server.close());
}
