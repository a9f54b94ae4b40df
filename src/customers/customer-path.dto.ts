import { IsUUID } from 'class-validator';

export class CustomerPath {
  @IsUUID('all')
  id!: string;
}
