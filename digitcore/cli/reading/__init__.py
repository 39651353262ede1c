"""Commands that read digits: in pictures, in lines of digits, in Kaggle's file."""
