import { ValidateBy } from 'class-validator';
import { isNetwork } from '../networks.js';

/** Each element is an address or a CIDR block. */
export function IsNetwork(): PropertyDecorator {
  return ValidateBy(
    {
      name: 'isNetwork',
      validator: {
        validate: (value: unknown) => typeof value === 'string' && isNetwork(value),
        defaultMessage: () =>
          'each value in $property must be an address or a CIDR block such as 203.0.113.0/24',
      },
    },
    { each: true },
  );
}
