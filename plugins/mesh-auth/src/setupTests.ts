import '@testing-library/jest-dom';
import { configure } from '@testing-library/react';

// The first entity page of a run loads its components, which takes its time.
configure({ asyncUtilTimeout: 10_000 });
