import { z } from 'zod';

// Zod would compile its schemas with `new Function`, which the Content-Security-Policy of the page forbids.
// Imported before everything that makes schemas.
z.config({ jitless: true });
